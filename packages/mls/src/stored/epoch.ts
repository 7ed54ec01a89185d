import { asSecret, type Secret } from "@redoubt/base";
import { limits, maxLeaves } from "../codec/limits.js";
import { decode, type Reader } from "../codec/reader.js";
import { Writer } from "../codec/writer.js";
import { conceal } from "../concealed.js";
import { demand } from "../error.js";
import { type Group, type GroupEpoch, makeGroup } from "../group/group.js";
import { makePastEpoch, type PastEpoch } from "../group/past-epoch.js";
import { makePendingCommit, type PendingCommit } from "../group/pending-commit.js";
import type { EpochSecrets } from "../schedule/key-schedule.js";
import { readAuthenticatedContent, writeAuthenticatedContent } from "../structs/framing.js";
import { decodeGroupContext } from "../structs/group-context.js";
import { type Proposal, readProposal, writeProposal } from "../structs/proposal.js";
import { type ReadonlyTree, readRatchetTree, writeRatchetTree } from "../tree/ratchet-tree.js";
import { fullLeafCount } from "../tree/tree-math.js";
import type { NodeKeys } from "../tree/update-path.js";
import { readStored } from "./read-stored.js";
import { type Records, readRecords, recordChanges } from "./records.js";

/** Each stored value begins with the version of its encoding. */
const version = 1;

const secretNames = [
  "senderData",
  "exporter",
  "external",
  "confirmation",
  "membership",
  "resumption",
  "authenticator",
  "init",
] as const satisfies readonly (keyof EpochSecrets)[];

/** A state in parts: `epoch` is written when an epoch begins, `records` one by one as they change. */
export interface StoredGroup {
  readonly epoch: Uint8Array;
  readonly records: Records;
}

function writeOptionalSecret(writer: Writer, secret: Secret | undefined): void {
  writer.optional(secret, (w, value) => w.opaque(value));
}

function readOptionalSecret(reader: Reader): Secret | undefined {
  return reader.optional((r) => asSecret(r.opaque(limits.key)));
}

function readVersion(reader: Reader): void {
  demand(reader.u16() === version, "bad-state", "stored by another version");
}

function asReinit(proposal: Proposal | undefined): GroupEpoch["reinit"] {
  if (proposal === undefined) return undefined;
  demand(proposal.kind === "reinit", "bad-state", "the group is closed by something else than a ReInit");
  return proposal.reinit;
}

/** HPKE private keys by node: each of a node that has a public one, and at most one. */
function readNodeKeys(reader: Reader, tree: ReadonlyTree): NodeKeys {
  const nodeKeys = new Map<number, Secret>();
  reader.vector(limits.list, (r) => {
    const node = r.u32();
    demand(!nodeKeys.has(node) && !tree.isBlank(node), "bad-state", "node keys");
    nodeKeys.set(node, asSecret(r.opaque(limits.key)));
  });
  return nodeKeys;
}

/** Everything of a state that changes with commits only. Holds secrets. */
export function encodeEpoch(epoch: GroupEpoch): Uint8Array {
  const writer = new Writer().u16(version).opaque(epoch.contextBytes);
  writeRatchetTree(writer, epoch.tree);
  writer.u32(epoch.ownLeaf).opaque(epoch.signaturePrivateKey);
  writer.vector(epoch.nodeKeys, (w, [node, key]) => w.u32(node).opaque(key));
  for (const name of secretNames) writer.opaque(epoch.secrets[name]);
  writer.opaque(epoch.confirmationTag).opaque(epoch.interimTranscriptHash);
  const reinit = epoch.reinit && ({ kind: "reinit", reinit: epoch.reinit } as const);
  return writer.optional(reinit, writeProposal).finish();
}

function readEpoch(reader: Reader): GroupEpoch {
  readVersion(reader);
  const contextBytes = reader.opaque(limits.list);
  const tree = readRatchetTree(reader);
  const ownLeaf = reader.u32();
  demand(tree.leaf(ownLeaf) !== undefined, "bad-state", "our own leaf is blank");
  const signaturePrivateKey = asSecret(reader.opaque(limits.key));
  const nodeKeys = readNodeKeys(reader, tree);
  const secrets = Object.fromEntries(secretNames.map((name) => [name, asSecret(reader.opaque(limits.hash))]));
  return conceal({
    context: decodeGroupContext(contextBytes),
    contextBytes,
    tree,
    ownLeaf,
    signaturePrivateKey,
    nodeKeys,
    secrets: conceal(secrets as unknown as EpochSecrets),
    confirmationTag: reader.opaque(limits.hash),
    interimTranscriptHash: reader.opaque(limits.hash),
    reinit: asReinit(reader.optional(readProposal)),
  });
}

/** The whole of a state, in parts. */
export function encodeGroup(group: Group): StoredGroup {
  return { epoch: encodeEpoch(group.epoch), records: allRecords(group) };
}

function allRecords(recorded: Parameters<typeof recordChanges>[1]): Records {
  return new Map(recordChanges(undefined, recorded).flatMap(({ name, value }) => (value ? [[name, value]] : [])));
}

/**
 * The state that was stored.
 *
 * @throws MlsError `bad-state`: stored by another version, or damaged
 */
export function decodeGroup(stored: {
  readonly epoch: Uint8Array;
  readonly records: Iterable<readonly [string, Uint8Array]>;
}): Group {
  return readStored(() => {
    const epoch = decode(stored.epoch, readEpoch);
    const { secretTree, proposals } = readRecords(epoch.tree.leafCount, stored.records);
    return makeGroup(epoch, secretTree, proposals);
  });
}

/** A past epoch, in parts: its records are those it had when it ended. */
export function encodePastEpoch(past: PastEpoch): StoredGroup {
  const writer = new Writer().u16(version).opaque(past.contextBytes).u32(past.ownLeaf).opaque(past.senderDataSecret);
  writer.vector(past.signatureKeys, (w, key) => w.optional(key, (x, bytes) => x.opaque(bytes)));
  return { epoch: writer.finish(), records: allRecords({ secretTree: past.secretTree, proposals: new Map() }) };
}

/** @throws MlsError `bad-state` */
export function decodePastEpoch(stored: {
  readonly epoch: Uint8Array;
  readonly records: Iterable<readonly [string, Uint8Array]>;
}): PastEpoch {
  return readStored(() => {
    const header = decode(stored.epoch, readPastEpoch);
    const leafCount = header.signatureKeys.length;
    const isTree = leafCount === fullLeafCount(leafCount) && leafCount <= maxLeaves;
    demand(isTree && header.ownLeaf < leafCount, "bad-state", "past epoch");
    const { groupId, epoch } = decodeGroupContext(header.contextBytes);
    const { secretTree, proposals } = readRecords(leafCount, stored.records);
    demand(proposals.size === 0, "bad-state", "a proposal of a past epoch");
    return makePastEpoch({ ...header, groupId, epoch, secretTree });
  });
}

function readPastEpoch(reader: Reader) {
  readVersion(reader);
  return {
    contextBytes: reader.opaque(limits.list),
    ownLeaf: reader.u32(),
    senderDataSecret: asSecret(reader.opaque(limits.hash)),
    signatureKeys: reader.vector(limits.list, (r) => r.optional((x) => x.opaque(limits.key))),
  };
}

const followers = [undefined, "reinit", "branch"] as const;

/** A pending commit. Holds secrets. */
export function encodePendingCommit(pending: PendingCommit): Uint8Array {
  const writer = new Writer().u16(version).u64(pending.epoch).opaque(pending.messageHash);
  writeAuthenticatedContent(writer, pending.content);
  writer.optional(pending.path, (w, path) => {
    w.opaque(path.encryptionPrivateKey).opaque(path.pathSecret);
    writeOptionalSecret(w, path.signaturePrivateKey);
  });
  return writer.u8(followers.indexOf(pending.follows)).finish();
}

/** @throws MlsError `bad-state` */
export function decodePendingCommit(bytes: Uint8Array): PendingCommit {
  return readStored(() => makePendingCommit(decode(bytes, readPendingCommit)));
}

function readPendingCommit(reader: Reader): PendingCommit {
  readVersion(reader);
  const pending = {
    epoch: reader.u64(),
    messageHash: reader.opaque(limits.hash),
    content: readAuthenticatedContent(reader),
    path: reader.optional((r) => ({
      encryptionPrivateKey: asSecret(r.opaque(limits.key)),
      pathSecret: asSecret(r.opaque(limits.hash)),
      signaturePrivateKey: readOptionalSecret(r),
    })),
  };
  const follows = reader.u8();
  const isCommit = pending.content.framed.content.kind === "commit";
  demand(isCommit && follows < followers.length, "bad-state", "pending commit");
  return { ...pending, follows: followers[follows] };
}
