import { asSecret, bytesKey, toHex } from "@redoubt/base";
import { limits } from "../codec/limits.js";
import { decode, type Reader } from "../codec/reader.js";
import { encode, Writer } from "../codec/writer.js";
import { demand, MlsError } from "../error.js";
import type { CachedProposal, Group } from "../group/group.js";
import type { LeafRatchets, MessageKey, Ratchet, RatchetKind, SecretTree } from "../protect/secret-tree.js";
import { readAuthenticatedContent, writeAuthenticatedContent } from "../structs/framing.js";

/** The parts of a state that change with messages: a small value by name. */
export type Records = ReadonlyMap<string, Uint8Array>;

/** A record to write, or to delete where there is no value. */
export interface RecordChange {
  readonly name: string;
  readonly value: Uint8Array | undefined;
}

/** The part of a state that records hold. */
export type Recorded = Pick<Group, "secretTree" | "proposals">;

const recordVersion = 1;
const kinds = ["handshake", "application"] as const satisfies readonly RatchetKind[];

const nodeName = (node: number) => `node/${node}`;
const ratchetName = (leaf: number) => `ratchet/${leaf}`;
const skippedName = (leaf: number, kind: RatchetKind, generation: number) => `skipped/${leaf}/${kind}/${generation}`;
const proposalName = (order: number, { reference }: CachedProposal) => `proposal/${order}/${toHex(reference)}`;

function encodeRatchets(ratchets: LeafRatchets): Uint8Array {
  return encode(ratchets, (writer) => {
    writer.u8(recordVersion);
    for (const kind of kinds) writer.u32(ratchets[kind].generation).opaque(ratchets[kind].secret);
  });
}

function encodeMessageKey({ key, nonce }: MessageKey): Uint8Array {
  return new Writer().u8(recordVersion).opaque(key).opaque(nonce).finish();
}

function encodeProposal({ reference, content, ownUpdate }: CachedProposal): Uint8Array {
  const writer = new Writer().u8(recordVersion).opaque(reference);
  writeAuthenticatedContent(writer, content);
  writer.optional(ownUpdate, (w, update) => {
    w.opaque(update.encryptionPrivateKey).optional(update.signaturePrivateKey, (x, key) => x.opaque(key));
  });
  return writer.finish();
}

function readVersion(reader: Reader): void {
  demand(reader.u8() === recordVersion, "bad-state", "a record of another version");
}

function decodeMessageKey(bytes: Uint8Array): MessageKey {
  return decode(bytes, (reader) => {
    readVersion(reader);
    return { key: asSecret(reader.opaque(limits.hash)), nonce: asSecret(reader.opaque(limits.hash)) };
  });
}

function decodeProposal(bytes: Uint8Array): CachedProposal {
  const proposal = decode(bytes, (reader) => {
    readVersion(reader);
    return {
      reference: reader.opaque(limits.hash),
      content: readAuthenticatedContent(reader),
      ownUpdate: reader.optional((r) => ({
        encryptionPrivateKey: asSecret(r.opaque(limits.key)),
        signaturePrivateKey: r.optional((x) => asSecret(x.opaque(limits.key))),
      })),
    };
  });
  demand(proposal.content.framed.content.kind === "proposal", "bad-state", "a cached proposal is none");
  return proposal;
}

/**
 * What to write so that a store which holds `before` holds `after`: nothing but what changed. Without `before`,
 * everything. Both must be states of one epoch.
 */
export function recordChanges(before: Recorded | undefined, after: Recorded): RecordChange[] {
  const changes: RecordChange[] = [];
  const put = (name: string, value: Uint8Array | undefined) => changes.push({ name, value });
  const [oldTree, newTree] = [before?.secretTree, after.secretTree];
  demand(oldTree === undefined || oldTree.leafCount === newTree.leafCount, "stale", "states of two epochs");
  if (oldTree?.nodes !== newTree.nodes) {
    newTree.nodes.forEach((secret, node) => {
      if (secret === oldTree?.nodes[node]) return;
      put(nodeName(node), secret && new Writer().u8(recordVersion).opaque(secret).finish());
    });
  }
  if (oldTree?.ratchets !== newTree.ratchets) {
    newTree.ratchets.forEach((ratchets, leaf) => {
      const old = oldTree?.ratchets[leaf];
      if (ratchets === undefined || ratchets === old) return;
      put(ratchetName(leaf), encodeRatchets(ratchets));
      for (const kind of kinds) skippedChanges(leaf, kind, old?.[kind], ratchets[kind], put);
    });
  }
  const oldProposals = before?.proposals;
  if (oldProposals !== after.proposals) {
    let order = 0;
    for (const [key, proposal] of after.proposals) {
      if (oldProposals?.get(key) !== proposal) put(proposalName(order, proposal), encodeProposal(proposal));
      order++;
    }
  }
  return changes;
}

function skippedChanges(
  leaf: number,
  kind: RatchetKind,
  before: Ratchet | undefined,
  after: Ratchet,
  put: (name: string, value: Uint8Array | undefined) => void,
): void {
  if (before?.skipped === after.skipped) return;
  for (const generation of before?.skipped.keys() ?? []) {
    if (!after.skipped.has(generation)) put(skippedName(leaf, kind, generation), undefined);
  }
  for (const [generation, key] of after.skipped) {
    if (!before?.skipped.has(generation)) put(skippedName(leaf, kind, generation), encodeMessageKey(key));
  }
}

/**
 * Reads records back. Each must stand under the name that `recordChanges` gives it.
 *
 * @throws MlsError `bad-state` or `malformed`
 */
export function readRecords(leafCount: number, records: Iterable<readonly [string, Uint8Array]>): Recorded {
  const nodes: SecretTree["nodes"][number][] = new Array(2 * leafCount - 1).fill(undefined);
  const ratchets: (LeafRatchets | undefined)[] = new Array(leafCount).fill(undefined);
  const skipped: SkippedKey[] = [];
  const proposals: { order: number; name: string; proposal: CachedProposal }[] = [];
  for (const [name, bytes] of records) {
    const [what, index, ...rest] = name.split("/");
    const isPlain = rest.length === 0;
    if (what === "node" && isPlain) nodes[readIndex(index, nodes.length)] = decode(bytes, readSecretRecord);
    else if (what === "ratchet" && isPlain) ratchets[readIndex(index, leafCount)] = decode(bytes, readRatchets);
    else if (what === "skipped") {
      const kind = kinds.find((known) => known === rest[0]);
      demand(kind !== undefined && rest.length === 2, "bad-state", "a record of an unknown name");
      const generation = readIndex(rest[1], 2 ** 32);
      skipped.push({ leaf: readIndex(index, leafCount), kind, generation, key: decodeMessageKey(bytes) });
    } else if (what === "proposal") {
      proposals.push({ order: readIndex(index, 2 ** 32), name, proposal: decodeProposal(bytes) });
    } else throw new MlsError("bad-state", "a record of an unknown name");
  }
  addSkipped(ratchets, skipped);
  proposals.sort((a, b) => a.order - b.order);
  const byReference = new Map(proposals.map(({ proposal }) => [bytesKey(proposal.reference), proposal]));
  const areNamed = proposals.every(({ name, proposal }, order) => name === proposalName(order, proposal));
  demand(areNamed && byReference.size === proposals.length, "bad-state", "proposals are missing or misnamed");
  return { secretTree: { leafCount, nodes, ratchets }, proposals: byReference };
}

/** A number in a record's name, in its one form. */
function readIndex(text: string | undefined, end: number): number {
  const index = Number(text);
  const isIndex = Number.isInteger(index) && index >= 0 && index < end && String(index) === text;
  demand(isIndex, "bad-state", "a record of an unknown name");
  return index;
}

function readSecretRecord(reader: Reader) {
  readVersion(reader);
  return asSecret(reader.opaque(limits.hash));
}

function readRatchets(reader: Reader): LeafRatchets {
  readVersion(reader);
  const ratchet = (): Ratchet => {
    return { generation: reader.u32(), secret: asSecret(reader.opaque(limits.hash)), skipped: new Map() };
  };
  return { handshake: ratchet(), application: ratchet() };
}

interface SkippedKey {
  readonly leaf: number;
  readonly kind: RatchetKind;
  readonly generation: number;
  readonly key: MessageKey;
}

function addSkipped(ratchets: readonly (LeafRatchets | undefined)[], skipped: SkippedKey[]): void {
  skipped.sort((a, b) => a.generation - b.generation);
  for (const { leaf, kind, generation, key } of skipped) {
    const ratchet = ratchets[leaf]?.[kind];
    const fits = ratchet !== undefined && generation < ratchet.generation;
    demand(fits, "bad-state", "a skipped key that its ratchet did not pass");
    (ratchet.skipped as Map<number, MessageKey>).set(generation, key);
  }
}
