import { emptyBytes } from "@redoubt/base";
import { decode } from "../../src/codec/reader.js";
import { encode } from "../../src/codec/writer.js";
import {
  decodeRatchetTree,
  encodeMessage,
  encodeRatchetTree,
  exportGroupInfo,
  type MlsContext,
  type Proposal,
  parseGroupInfo,
  parseMessage,
} from "../../src/index.js";
import { signWithLabel } from "../../src/labels.js";
import { membershipTag, signContent } from "../../src/protect/content-auth.js";
import { readCommit, writeCommit } from "../../src/structs/commit.js";
import { type Extensions, extensionType, readExtensions, writeExtensions } from "../../src/structs/extension.js";
import type { Content, FramedContent } from "../../src/structs/framing.js";
import { groupInfoToBeSigned } from "../../src/structs/group-info.js";
import { readProposal, writeProposal } from "../../src/structs/proposal.js";
import type { ReadonlyTree } from "../../src/tree/ratchet-tree.js";
import { treeHash } from "../../src/tree/tree-hash.js";
import type { Member } from "../support/member.js";
import { type Mutation, mutate, sampleOf } from "./mutation.js";

/** Makes a message of mutated contents; `undefined` where these do not decode. */
type Forger = (mutations: readonly Mutation[]) => Uint8Array | undefined;

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** Signs and tags any content as a member may, whatever it says. */
function signed({ suite }: MlsContext, member: Member, content: Content): Uint8Array {
  const { context, contextBytes, ownLeaf, signaturePrivateKey, secrets, confirmationTag } = member.group.epoch;
  const framed: FramedContent = {
    groupId: context.groupId,
    epoch: context.epoch,
    sender: { kind: "member", leafIndex: ownLeaf },
    authenticatedData: emptyBytes,
    content,
  };
  const signature = signContent(suite, signaturePrivateKey, "public", framed, contextBytes);
  const auth = { signature, confirmationTag: content.kind === "commit" ? confirmationTag : undefined };
  const tag = membershipTag(suite, secrets.membership, framed, auth, contextBytes);
  return encodeMessage({ kind: "public", message: { framed, auth, membershipTag: tag } });
}

/** Commits of a member who signs nonsense; the best of them fail by their confirmation tag. */
export function forgedCommit(context: MlsContext, member: Member): Forger[] {
  const { suite } = context;
  const nonce = new Uint8Array(suite.hashLength);
  const proposals: Proposal[] = [
    { kind: "remove", removed: 0 },
    { kind: "psk", psk: { kind: "external", id: nonce, nonce } },
    { kind: "group-context-extensions", extensions: [{ type: 3, data: Uint8Array.of(0, 2, 0, 10, 0) }] },
    { kind: "external-init", kemOutput: nonce },
  ];
  const contents = [[], proposals.slice(0, 1), proposals.slice(2, 3)].map((some) => {
    const message = parseMessage(member.commit({ proposals: some, references: [], framing: "public" }).message);
    const { content } = message.message.kind === "public" ? message.message.message.framed : never();
    return content.kind === "commit" ? content.commit : never();
  });
  const byValue = contents.map(({ path }) => ({
    path,
    proposals: proposals.map((proposal) => ({ kind: "proposal", proposal }) as const),
  }));
  return [...contents, ...byValue].map((commit) => {
    const sample = sampleOf(encode(commit, writeCommit), (bytes) => decode(bytes, readCommit));
    return (mutations) => {
      const forged = attempt(() => decode(mutate(sample, mutations, sample.bytes), readCommit));
      return forged && signed(context, member, { kind: "commit", commit: forged });
    };
  });
}

function never(): never {
  throw new Error("not what was made");
}

/** Proposals of a member who signs nonsense. */
export function forgedProposal(context: MlsContext, member: Member): Forger[] {
  const keyPackage = member.publish().keyPackage;
  const leafNode = keyPackage.leafNode;
  const nonce = new Uint8Array(context.suite.hashLength);
  const proposals: Proposal[] = [
    { kind: "add", keyPackage },
    { kind: "update", leafNode },
    { kind: "remove", removed: 1 },
    { kind: "psk", psk: { kind: "external", id: nonce, nonce } },
    { kind: "group-context-extensions", extensions: [{ type: 3, data: Uint8Array.of(0, 2, 0, 10, 0) }] },
  ];
  return proposals.map((proposal) => {
    const sample = sampleOf(encode(proposal, writeProposal), (bytes) => decode(bytes, readProposal));
    return (mutations) => {
      const forged = attempt(() => decode(mutate(sample, mutations, sample.bytes), readProposal));
      return forged && signed(context, member, { kind: "proposal", proposal: forged });
    };
  });
}

/** Group information about any tree, as a member may sign it: the tree hash fits. */
export function signedGroupInfo(
  { suite }: MlsContext,
  member: Member,
  tree: ReadonlyTree,
  extensions: Extensions,
): Uint8Array {
  const info = parseGroupInfo(exportGroupInfo(member.context, member.group));
  const content = { ...info, context: { ...info.context, treeHash: treeHash(suite, tree) }, extensions };
  const key = member.group.epoch.signaturePrivateKey;
  const signature = signWithLabel(suite, key, "GroupInfoTBS", groupInfoToBeSigned(content));
  return encodeMessage({ kind: "groupInfo", groupInfo: { ...content, signature } });
}

/** Group information whose tree or extensions a member changed before it signed them. */
export function forgedGroupInfo(
  context: MlsContext,
  member: Member,
): (mutations: readonly Mutation[], what: "tree" | "extensions") => Uint8Array | undefined {
  const info = parseGroupInfo(exportGroupInfo(context, member.group, { externalPub: true }));
  const others = info.extensions.filter(({ type }) => type !== extensionType.ratchetTree);
  const { tree } = member.group.epoch;
  const treeSample = sampleOf(encodeRatchetTree(tree), decodeRatchetTree);
  const sample = sampleOf(encode(info.extensions, writeExtensions), (bytes) => decode(bytes, readExtensions));
  return (mutations, what) =>
    attempt(() => {
      if (what === "extensions") {
        const extensions = decode(mutate(sample, mutations, sample.bytes), readExtensions);
        return signedGroupInfo(context, member, tree, extensions);
      }
      const data = mutate(treeSample, mutations, treeSample.bytes);
      const extensions = [...others, { type: extensionType.ratchetTree, data }];
      return signedGroupInfo(context, member, decodeRatchetTree(data), extensions);
    });
}
