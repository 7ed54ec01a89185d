import { asSecret, emptyBytes } from "@redoubt/base";
import { demand } from "../error.js";
import { signContent } from "../protect/content-auth.js";
import type { AuthenticatedContent, FramedContent, Framing } from "../structs/framing.js";
import { encodeMessage } from "../structs/message.js";
import { isForExternalSenders, type Proposal } from "../structs/proposal.js";
import { cacheProposal } from "./accept.js";
import { checkProposal } from "./check-proposal.js";
import type { MlsContext } from "./context.js";
import { Consumed, demandOpen, type Group, makeGroup, type OwnUpdate, ownLeaf } from "./group.js";
import type { OwnKeyPackage } from "./key-packages.js";
import { type LeafChanges, renewLeaf, signLeaf } from "./own-leaf.js";
import { protect, type SendOptions } from "./protect.js";
import { proposalRef } from "./verify.js";

/** A sent proposal, and the state that remembers it. */
export interface Proposed {
  readonly group: Group;
  readonly message: Uint8Array;
  readonly reference: Uint8Array;
  readonly consumed: Consumed;
}

export interface ProposeOptions extends SendOptions {
  readonly framing?: Framing;
  /** Seconds since 1970: checks the lifetime of an added key package. */
  readonly now?: bigint;
}

/**
 * Sends a proposal of a member (RFC 9420 §12.1). For an Update see `proposeUpdate`.
 *
 * @throws MlsError if it is not valid by itself
 */
export function propose(
  context: MlsContext,
  group: Group,
  proposal: Exclude<Proposal, { kind: "update" | "external-init" }>,
  options: ProposeOptions = {},
): Proposed {
  return send(context, group, proposal, options, undefined);
}

/** Sends an Update of our own leaf with a fresh key (RFC 9420 §12.1.2). Another member must commit it. */
export function proposeUpdate(
  context: MlsContext,
  group: Group,
  changes: LeafChanges = {},
  options: ProposeOptions = {},
): Proposed {
  const { epoch } = group;
  const keys = context.suite.hpke.generateKeyPair();
  const leaf = renewLeaf(ownLeaf(group), changes, keys.publicKey, { kind: "update" });
  const signer = changes.signatureKeys?.privateKey ?? epoch.signaturePrivateKey;
  const position = { groupId: epoch.context.groupId, leafIndex: epoch.ownLeaf };
  const proposal = { kind: "update", leafNode: signLeaf(context.suite, leaf, signer, position) } as const;
  return send(context, group, proposal, options, {
    encryptionPrivateKey: asSecret(keys.privateKey),
    signaturePrivateKey: changes.signatureKeys?.privateKey,
  });
}

function send(
  context: MlsContext,
  group: Group,
  proposal: Proposal,
  options: ProposeOptions,
  ownUpdate: OwnUpdate | undefined,
): Proposed {
  demandOpen(group);
  const { epoch } = group;
  const sender = { kind: "member", leafIndex: epoch.ownLeaf } as const;
  const base = { groupId: epoch.context.groupId, tree: epoch.tree, extensions: epoch.context.extensions };
  checkProposal(context, base, { proposal, sender, isByReference: true }, { now: options.now });
  const framing = options.framing ?? "private";
  const framed: FramedContent = {
    groupId: epoch.context.groupId,
    epoch: epoch.context.epoch,
    sender,
    authenticatedData: options.authenticatedData ?? emptyBytes,
    content: { kind: "proposal", proposal },
  };
  const signature = signContent(context.suite, epoch.signaturePrivateKey, framing, framed, epoch.contextBytes);
  const content: AuthenticatedContent = { framing, framed, auth: { signature, confirmationTag: undefined } };
  const sent = protect(context, group, content, options.padding);
  const reference = proposalRef(context, content);
  const next = makeGroup(epoch, sent.secretTree, group.proposals);
  return {
    group: cacheProposal(next, { reference, content, ownUpdate }),
    message: sent.bytes,
    reference,
    consumed: new Consumed(sent.consumed),
  };
}

/** Where a proposal from outside goes. */
export interface OutsideTarget {
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
}

/** A proposal by a party in the external_senders extension (RFC 9420 §12.1.8). @returns the MLSMessage */
export function proposeAsExternal(
  { suite }: MlsContext,
  target: OutsideTarget,
  proposal: Proposal,
  signer: { readonly senderIndex: number; readonly privateKey: Uint8Array },
): Uint8Array {
  demand(isForExternalSenders(proposal.kind), "invalid-proposal", "not for external senders");
  const sender = { kind: "external", senderIndex: signer.senderIndex } as const;
  return fromOutside(suite, target, proposal, sender, signer.privateKey);
}

/** A new member's proposal to be added (RFC 9420 §12.1.8). @returns the MLSMessage */
export function proposeOwnAdd({ suite }: MlsContext, target: OutsideTarget, own: OwnKeyPackage): Uint8Array {
  const proposal = { kind: "add", keyPackage: own.keyPackage } as const;
  return fromOutside(suite, target, proposal, { kind: "new-member-proposal" }, own.signaturePrivateKey);
}

function fromOutside(
  suite: MlsContext["suite"],
  target: OutsideTarget,
  proposal: Proposal,
  sender: FramedContent["sender"],
  privateKey: Uint8Array,
): Uint8Array {
  const framed: FramedContent = {
    ...target,
    sender,
    authenticatedData: emptyBytes,
    content: { kind: "proposal", proposal },
  };
  const signature = signContent(suite, privateKey, "public", framed, emptyBytes);
  const message = { framed, auth: { signature, confirmationTag: undefined }, membershipTag: undefined };
  return encodeMessage({ kind: "public", message });
}
