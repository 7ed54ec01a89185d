import { asSecret, emptyBytes, type Secret } from "@redoubt/base";
import { MlsError } from "../error.js";
import { signContent } from "../protect/content-auth.js";
import { exportFrom, zeroSecret } from "../schedule/key-schedule.js";
import type { ProposalOrRef, UpdatePath } from "../structs/commit.js";
import type { AuthenticatedContent, FramedContent, Framing } from "../structs/framing.js";
import { encodeGroupContext } from "../structs/group-context.js";
import { encodeMessage } from "../structs/message.js";
import { needsPath, type Proposal } from "../structs/proposal.js";
import type { RatchetTree } from "../tree/ratchet-tree.js";
import { encryptPath, type PathKeys, pathSecretFor, preparePath } from "../tree/update-path.js";
import { applyProposals } from "./apply-proposals.js";
import type { MlsContext } from "./context.js";
import { Consumed, cachedProposal, demandOpen, type Group, makeGroup, ownLeaf } from "./group.js";
import { type GroupInfoOptions, signGroupInfo } from "./group-info.js";
import { openNextEpoch, provisionalContext } from "./next-epoch.js";
import { type LeafChanges, renewLeaf, signLeaf } from "./own-leaf.js";
import { makePendingCommit, type PendingCommit, type PendingPath } from "./pending-commit.js";
import { protect, type SendOptions } from "./protect.js";
import { selectReferences } from "./select-references.js";
import type { ApplyOptions, SentProposal } from "./sent-proposal.js";
import { makeWelcome } from "./welcome.js";

export interface CommitOptions extends SendOptions, ApplyOptions {
  /** Proposals of our own, by value. */
  readonly proposals?: readonly Proposal[];
  /**
   * Which received proposals to commit; those of `selectReferences` by default. Name them, or none, where `proposals`
   * may contradict what was received: the same leaf twice is refused.
   */
  readonly references?: readonly Uint8Array[];
  /** Whether to renew our keys where it is not required (RFC 9420 §12.4). Default: yes. */
  readonly path?: "always" | "when-required";
  /** Changes to our leaf; they need a path. */
  readonly leaf?: LeafChanges;
  readonly framing?: Framing;
  /** What the welcomed learn beyond the group context. */
  readonly groupInfo?: GroupInfoOptions;
  /** What to export from the epoch that the commit would open (RFC 9420 §8.5), for what has to be known beforehand. */
  readonly exportNext?: { readonly label: string; readonly context: Uint8Array; readonly length: number };
}

/** A commit that is to be sent. The state has not moved on: that happens when the commit comes back and is merged. */
export interface Committed {
  /** The state without the key that sealed the commit. */
  readonly group: Group;
  readonly pending: PendingCommit;
  /** The MLSMessage to send. */
  readonly message: Uint8Array;
  /** One Welcome for all who were added, as an MLSMessage; send it once the commit has won. */
  readonly welcome: Uint8Array | undefined;
  /** What `exportNext` asked for; the caller wipes it. */
  readonly exported: Secret | undefined;
  readonly consumed: Consumed;
}

/** The proposals of a commit, as they are sent and as they are judged. */
function collect(context: MlsContext, group: Group, options: CommitOptions) {
  const references = options.references ?? selectReferences(context, group);
  const byReference = references.map((reference) => {
    const { framed } = cachedProposal(group, reference).content;
    if (framed.content.kind !== "proposal") throw new MlsError("bad-state", "a cached proposal is none");
    return {
      item: { kind: "reference", reference } as ProposalOrRef,
      sent: { proposal: framed.content.proposal, sender: framed.sender, isByReference: true },
    };
  });
  const sender = { kind: "member", leafIndex: group.epoch.ownLeaf } as const;
  const byValue = (options.proposals ?? []).map((proposal) => ({
    item: { kind: "proposal", proposal } as ProposalOrRef,
    sent: { proposal, sender, isByReference: false },
  }));
  return [...byReference, ...byValue] as { item: ProposalOrRef; sent: SentProposal }[];
}

/**
 * Makes a commit, and the Welcome for those it adds (RFC 9420 §12.4.1).
 *
 * @throws MlsError `group-closed`, `unknown-proposal`, `unknown-psk`, and what `applyProposals` throws
 */
export function commit(context: MlsContext, group: Group, options: CommitOptions = {}): Committed {
  demandOpen(group);
  const { suite } = context;
  const { epoch } = group;
  const proposals = collect(context, group, options);
  const base = { groupId: epoch.context.groupId, tree: epoch.tree, extensions: epoch.context.extensions };
  const committer = { kind: "member", leafIndex: epoch.ownLeaf } as const;
  const applied = applyProposals(
    context,
    base,
    proposals.map(({ sent }) => sent),
    committer,
    options,
  );
  const isRequired = proposals.length === 0 || proposals.some(({ sent }) => needsPath(sent.proposal.kind));
  const withPath = isRequired || options.path !== "when-required" || options.leaf !== undefined;
  const isClosing = applied.reinit !== undefined && !isRequired;
  const own = withPath && !isClosing ? renewOwnPath(context, group, applied.tree, options.leaf ?? {}) : undefined;
  const provisional = provisionalContext(suite, epoch.context, applied.tree, applied.extensions);
  const newLeaves = new Set(applied.added.map(({ leafIndex }) => leafIndex));
  const path: UpdatePath | undefined = own && {
    leafNode: own.leafNode,
    nodes: encryptPath(suite, applied.tree, own.path, own.keys, encodeGroupContext(provisional), newLeaves),
  };

  const framing = options.framing ?? "private";
  const framed: FramedContent = {
    groupId: epoch.context.groupId,
    epoch: epoch.context.epoch,
    sender: committer,
    authenticatedData: options.authenticatedData ?? emptyBytes,
    content: { kind: "commit", commit: { proposals: proposals.map(({ item }) => item), path } },
  };
  const signature = signContent(suite, epoch.signaturePrivateKey, framing, framed, epoch.contextBytes);
  const commitSecret = own?.keys.commitSecret ?? zeroSecret(suite);
  const before = { ...epoch, initSecret: epoch.secrets.init };
  const next = openNextEpoch(context, before, provisional, { framing, framed, signature }, commitSecret, applied.psks);
  const content: AuthenticatedContent = { framing, framed, auth: { signature, confirmationTag: next.confirmationTag } };
  const sent = protect(context, group, content, options.padding);

  const signer = {
    context: next.context,
    tree: applied.tree,
    confirmationTag: next.confirmationTag,
    signer: epoch.ownLeaf,
    signaturePrivateKey: own?.pending.signaturePrivateKey ?? epoch.signaturePrivateKey,
  };
  const newcomers = applied.added.map(({ leafIndex, keyPackage }) => ({
    keyPackage,
    pathSecret: own && pathSecretFor(own.keys, epoch.ownLeaf, leafIndex),
  }));
  const welcome =
    newcomers.length === 0
      ? undefined
      : makeWelcome(
          context,
          newcomers,
          { ...next, psks: applied.psks },
          signGroupInfo(suite, signer, options.groupInfo ?? {}),
        );

  const { exportNext: asked } = options;
  const { secrets, encryption } = next.opened;
  const exported = asked && exportFrom(suite, secrets.exporter, asked.label, asked.context, asked.length);
  for (const secret of [...Object.values(secrets), encryption, next.joinerSecret, next.pskSecret]) secret.fill(0);
  wipePath(own?.keys);
  return {
    group: makeGroup(epoch, sent.secretTree, group.proposals),
    pending: makePendingCommit({
      epoch: epoch.context.epoch,
      messageHash: suite.hash(sent.bytes),
      content,
      path: own?.pending,
      follows: options.follows,
    }),
    message: sent.bytes,
    welcome: welcome && encodeMessage({ kind: "welcome", welcome }),
    exported,
    consumed: new Consumed(sent.consumed),
  };
}

/** Puts a new leaf and a new path into the tree. */
function renewOwnPath(context: MlsContext, group: Group, tree: RatchetTree, changes: LeafChanges) {
  const { suite } = context;
  const { epoch } = group;
  const leafKeys = suite.hpke.generateKeyPair();
  const pathSecret = asSecret(suite.random(suite.hashLength));
  // Deriving wipes nothing of what is given: the copy is the path's, the original stays pending.
  const { path, keys, parentHash } = preparePath(suite, tree, epoch.ownLeaf, asSecret(pathSecret.slice()));
  const content = renewLeaf(ownLeaf(group), changes, leafKeys.publicKey, { kind: "commit", parentHash });
  const signer = changes.signatureKeys?.privateKey ?? epoch.signaturePrivateKey;
  const position = { groupId: epoch.context.groupId, leafIndex: epoch.ownLeaf };
  const leafNode = signLeaf(suite, content, signer, position);
  tree.setLeaf(epoch.ownLeaf, leafNode);
  const pending: PendingPath = {
    encryptionPrivateKey: asSecret(leafKeys.privateKey),
    pathSecret,
    signaturePrivateKey: changes.signatureKeys?.privateKey,
  };
  return { path, keys, leafNode, pending };
}

/** Wipes what a path derived; the pending commit derives it again when it comes back. */
function wipePath(keys: PathKeys | undefined): void {
  if (keys === undefined) return;
  keys.commitSecret.fill(0);
  for (const { pathSecret, privateKey } of keys.steps) {
    pathSecret.fill(0);
    privateKey.fill(0);
  }
}
