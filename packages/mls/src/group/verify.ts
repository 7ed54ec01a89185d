import { equalBytes, type Secret } from "@redoubt/base";
import { encode } from "../codec/writer.js";
import { conceal } from "../concealed.js";
import { demand, MlsError } from "../error.js";
import { refHash } from "../labels.js";
import { checkContentSignature, membershipTag } from "../protect/content-auth.js";
import { openPrivateMessage, openSenderData } from "../protect/private-message.js";
import type { SecretTree } from "../protect/secret-tree.js";
import type { Commit } from "../structs/commit.js";
import { externalSenders } from "../structs/extension.js";
import {
  type AuthenticatedContent,
  type FramedContent,
  type Sender,
  writeAuthenticatedContent,
} from "../structs/framing.js";
import type { PublicMessage } from "../structs/message.js";
import type { Proposal } from "../structs/proposal.js";
import type { MlsContext } from "./context.js";
import { Consumed, demandOpen, type Group, memberAt } from "./group.js";
import type { ParsedMessage } from "./parse.js";
import { makePastEpoch, type PastEpoch } from "./past-epoch.js";

declare const verified: unique symbol;

interface Verified {
  readonly [verified]: true;
  /** The state that it was verified against. */
  readonly base: Group;
  readonly content: AuthenticatedContent;
  readonly authenticatedData: Uint8Array;
  readonly sender: Sender;
  /** The sender's ratchet generation; `undefined` for a PublicMessage. */
  readonly generation: number | undefined;
  /** The secret tree without the message's key. */
  readonly secretTree: SecretTree;
  readonly consumed: readonly Secret[];
}

export interface VerifiedApplication extends Verified {
  readonly kind: "application";
  readonly leafIndex: number;
  readonly data: Uint8Array;
}

export interface VerifiedProposal extends Verified {
  readonly kind: "proposal";
  readonly proposal: Proposal;
  readonly reference: Uint8Array;
}

export interface VerifiedCommit extends Verified {
  readonly kind: "commit";
  readonly commit: Commit;
  readonly confirmationTag: Uint8Array;
}

/** A message that its sender signed for this epoch of this group. Whether it is acceptable is the next question. */
export type VerifiedMessage = VerifiedApplication | VerifiedProposal | VerifiedCommit;

/** ProposalRef (RFC 9420 §5.2). */
export function proposalRef({ suite }: MlsContext, content: AuthenticatedContent): Uint8Array {
  return refHash(suite, "MLS 1.0 Proposal Reference", encode(content, writeAuthenticatedContent));
}

/**
 * Unprotects a message and verifies its signature (RFC 9420 §6.1 to §6.3). Changes nothing: the key is taken out of
 * the state by `accept` or `merge`.
 *
 * @throws MlsError `wrong-group`, `wrong-epoch`, `group-closed`, `own-message`, `wrong-sender`, `bad-mac`,
 * `bad-signature`, `cannot-decrypt`, `key-consumed`, `too-far-ahead`, `malformed`, `unsupported`
 */
export function verifyMessage(context: MlsContext, group: Group, parsed: ParsedMessage): VerifiedMessage {
  const { epoch } = group;
  demandOpen(group);
  demand(equalBytes(parsed.groupId, epoch.context.groupId), "wrong-group", "message");
  demand(parsed.epoch === epoch.context.epoch, "wrong-epoch", `${parsed.epoch} in ${epoch.context.epoch}`);
  if (parsed.message.kind === "public") {
    const content = openPublicMessage(context, group, parsed.message.message);
    const key = senderKey(group, content.framed);
    checkContentSignature(context.suite, key, content, epoch.contextBytes);
    return describe(context, group, content, undefined, group.secretTree, []);
  }
  const opened = openFrom(context, viewOf(group), parsed);
  return describe(context, group, opened.content, opened.generation, opened.tree, opened.consumed);
}

function viewOf({ epoch, secretTree }: Group): Viewed {
  return {
    contextBytes: epoch.contextBytes,
    ownLeaf: epoch.ownLeaf,
    senderDataSecret: epoch.secrets.senderData,
    signatureKey: (leaf) => epoch.tree.leaf(leaf)?.signatureKey,
    secretTree,
  };
}

interface Viewed extends Pick<PastEpoch, "contextBytes" | "ownLeaf" | "senderDataSecret" | "secretTree"> {
  readonly signatureKey: (leafIndex: number) => Uint8Array | undefined;
}

/** Decrypts a PrivateMessage and verifies its signature. */
function openFrom(context: MlsContext, view: Viewed, parsed: ParsedMessage) {
  const { suite } = context;
  if (parsed.message.kind !== "private") throw new MlsError("unsupported", "a public message of a past epoch");
  const { message } = parsed.message;
  const senderData = openSenderData(suite, view.senderDataSecret, message);
  const { leafIndex } = senderData;
  demand(leafIndex !== view.ownLeaf, "own-message", "private message");
  const key = view.signatureKey(leafIndex);
  demand(key !== undefined, "not-a-member", `leaf ${leafIndex}`);
  const opened = openPrivateMessage(suite, view.secretTree, senderData, message, context.ratchetLimits);
  checkContentSignature(suite, key, opened.content, view.contextBytes);
  return { ...opened, leafIndex };
}

/** An application message of a past epoch, and that epoch without its key. */
export interface OpenedPast {
  readonly past: PastEpoch;
  readonly leafIndex: number;
  /** The key that its signature was verified with: whose it was in that epoch. */
  readonly signatureKey: Uint8Array;
  readonly generation: number;
  readonly authenticatedData: Uint8Array;
  readonly data: Uint8Array;
  readonly consumed: Consumed;
}

/** Opens an application message of a past epoch. @throws MlsError as `verifyMessage` */
export function openPastMessage(context: MlsContext, past: PastEpoch, parsed: ParsedMessage): OpenedPast {
  demand(equalBytes(parsed.groupId, past.groupId), "wrong-group", "message");
  demand(parsed.epoch === past.epoch, "wrong-epoch", `${parsed.epoch} in ${past.epoch}`);
  demand(parsed.contentKind === "application", "wrong-epoch", "a handshake of a past epoch");
  const opened = openFrom(context, { ...past, signatureKey: (leaf) => past.signatureKeys[leaf] }, parsed);
  const { content } = opened.content.framed;
  if (content.kind !== "application") throw new MlsError("malformed", "content type");
  return conceal({
    past: makePastEpoch({ ...past, secretTree: opened.tree }),
    leafIndex: opened.leafIndex,
    signatureKey: past.signatureKeys[opened.leafIndex] as Uint8Array,
    generation: opened.generation,
    authenticatedData: opened.content.framed.authenticatedData,
    data: content.data,
    consumed: new Consumed(opened.consumed),
  });
}

function openPublicMessage({ suite }: MlsContext, group: Group, message: PublicMessage): AuthenticatedContent {
  const { framed, auth } = message;
  // §6: application messages are always encrypted.
  demand(framed.content.kind !== "application", "malformed", "an application message that is not encrypted");
  if (framed.sender.kind === "member") {
    const { secrets, contextBytes, ownLeaf } = group.epoch;
    demand(framed.sender.leafIndex !== ownLeaf, "own-message", "public message");
    const tag = membershipTag(suite, secrets.membership, framed, auth, contextBytes);
    demand(equalBytes(tag, message.membershipTag ?? new Uint8Array(0)), "bad-mac", "membership tag");
  }
  return { framing: "public", framed, auth };
}

/** The key that must have signed a content (RFC 9420 §6.1), by who says to have sent it. */
function senderKey(group: Group, framed: FramedContent): Uint8Array {
  const { sender, content } = framed;
  const isProposal = content.kind === "proposal";
  switch (sender.kind) {
    case "member":
      return memberAt(group.epoch.tree, sender.leafIndex).signatureKey;
    case "external": {
      demand(isProposal, "wrong-sender", "an external sender sends proposals only");
      const external = externalSenders(group.epoch.context.extensions)[sender.senderIndex];
      demand(external !== undefined, "wrong-sender", "no such external sender");
      return external.signatureKey;
    }
    case "new-member-proposal":
      demand(isProposal && content.proposal.kind === "add", "wrong-sender", "a new member proposes its own Add");
      return content.proposal.keyPackage.leafNode.signatureKey;
    case "new-member-commit":
      demand(content.kind === "commit", "wrong-sender", "a joiner sends a commit");
      demand(content.commit.path !== undefined, "path-required", "an external commit");
      return content.commit.path.leafNode.signatureKey;
  }
}

function describe(
  context: MlsContext,
  base: Group,
  content: AuthenticatedContent,
  generation: number | undefined,
  secretTree: SecretTree,
  consumed: readonly Secret[],
): VerifiedMessage {
  const { sender, authenticatedData, content: inner } = content.framed;
  const common = { base, content, sender, authenticatedData, generation, secretTree, consumed } as Verified;
  switch (inner.kind) {
    case "application":
      demand(sender.kind === "member", "wrong-sender", "application message");
      return conceal({ ...common, kind: "application", leafIndex: sender.leafIndex, data: inner.data });
    case "proposal": {
      const reference = proposalRef(context, content);
      return conceal({ ...common, kind: "proposal", proposal: inner.proposal, reference });
    }
    case "commit":
      return conceal({
        ...common,
        kind: "commit",
        commit: inner.commit,
        confirmationTag: content.auth.confirmationTag as Uint8Array,
      });
  }
}

/** Treats a commit of our own, that comes back in the group's order, as verified: we made it. */
export function verifiedOwnCommit(context: MlsContext, group: Group, content: AuthenticatedContent): VerifiedCommit {
  const message = describe(context, group, content, undefined, group.secretTree, []);
  if (message.kind !== "commit") throw new MlsError("bad-state", "a pending commit is no commit");
  return message;
}
