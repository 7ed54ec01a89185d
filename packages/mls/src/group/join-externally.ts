import { asSecret, emptyBytes } from "@redoubt/base";
import { demand } from "../error.js";
import { signContent } from "../protect/content-auth.js";
import { sendExternalInit } from "../schedule/key-schedule.js";
import { interimTranscriptHash } from "../schedule/transcript.js";
import { externalPub } from "../structs/extension.js";
import type { FramedContent } from "../structs/framing.js";
import { encodeGroupContext } from "../structs/group-context.js";
import { encodeMessage } from "../structs/message.js";
import type { Proposal } from "../structs/proposal.js";
import type { PreSharedKeyId } from "../structs/psk-id.js";
import { nodeOfLeaf } from "../tree/tree-math.js";
import { encryptPath, mergeNodeKeys, preparePath } from "../tree/update-path.js";
import { applyProposals } from "./apply-proposals.js";
import { checkMergedLeaf } from "./check-path.js";
import { checkTree } from "./check-tree.js";
import type { MlsContext } from "./context.js";
import { beginEpoch, type Group } from "./group.js";
import { checkGroupInfo, parseGroupInfo, treeOfGroupInfo } from "./group-info.js";
import type { ClientIdentity } from "./key-packages.js";
import { openNextEpoch, provisionalContext } from "./next-epoch.js";
import { announceCapabilities, signLeaf } from "./own-leaf.js";

export interface ExternalJoinOptions {
  /** The tree, if it does not come with the group info. */
  readonly ratchetTree?: Uint8Array;
  /** An old leaf of ours to remove ("resync"). */
  readonly removed?: number;
  readonly psks?: readonly PreSharedKeyId[];
  readonly authenticatedData?: Uint8Array;
}

/** An external commit, and the state it leads to. The state holds only if the group accepts the commit. */
export interface JoinedExternally {
  readonly group: Group;
  /** The MLSMessage to send: a PublicMessage. */
  readonly message: Uint8Array;
}

/**
 * Joins a group by a commit of one's own (RFC 9420 §12.4.3.2).
 *
 * @param groupInfo an MLSMessage with a GroupInfo of the group's current epoch that has an external_pub
 * @throws MlsError `invalid-group-info`, `invalid-tree`, `invalid-leaf`, `invalid-proposal-list`, `unknown-psk`
 */
export function joinExternally(
  context: MlsContext,
  groupInfo: Uint8Array,
  identity: ClientIdentity,
  options: ExternalJoinOptions = {},
): JoinedExternally {
  const { suite } = context;
  const info = parseGroupInfo(groupInfo);
  const oldTree = treeOfGroupInfo(info, options.ratchetTree);
  checkGroupInfo(context, info, oldTree);
  const { context: before, confirmationTag } = info;
  checkTree(context, oldTree, before);
  const publicKey = externalPub(info.extensions);
  demand(publicKey !== undefined, "invalid-group-info", "it allows no external joins");
  demand(suite.hpke.isPublicKey(publicKey), "invalid-group-info", "its external key is malformed");
  const { kemOutput, initSecret } = sendExternalInit(suite, publicKey);

  const proposals: Proposal[] = [
    { kind: "external-init", kemOutput },
    ...(options.removed === undefined ? [] : [{ kind: "remove", removed: options.removed } as const]),
    ...(options.psks ?? []).map((psk) => ({ kind: "psk", psk }) as const),
  ];
  const sender = { kind: "new-member-commit" } as const;
  const sent = proposals.map((proposal) => ({ proposal, sender, isByReference: false }));
  const base = { groupId: before.groupId, tree: oldTree, extensions: before.extensions };
  const { tree, extensions, psks } = applyProposals(context, base, sent, { kind: "joiner" });
  const leafIndex = tree.placeJoiner();
  const leafKeys = suite.hpke.generateKeyPair();
  const { path, keys, parentHash } = preparePath(suite, tree, leafIndex, asSecret(suite.random(suite.hashLength)));
  const ownTypes = (identity.leafExtensions ?? []).map(({ type }) => type).filter((type) => type > 5);
  const leafNode = signLeaf(
    suite,
    {
      encryptionKey: leafKeys.publicKey,
      signatureKey: identity.signatureKeys.publicKey,
      credential: identity.credential,
      capabilities: announceCapabilities(
        context,
        ownTypes.filter((type) => !context.supported.extensions.includes(type)),
      ),
      source: { kind: "commit", parentHash },
      extensions: identity.leafExtensions ?? [],
    },
    identity.signatureKeys.privateKey,
    { groupId: before.groupId, leafIndex },
  );
  tree.setLeaf(leafIndex, leafNode);
  checkMergedLeaf(context, tree, undefined, leafNode);
  const provisional = provisionalContext(suite, before, tree, extensions);
  const nodes = encryptPath(suite, tree, path, keys, encodeGroupContext(provisional), new Set());

  const framed: FramedContent = {
    groupId: before.groupId,
    epoch: before.epoch,
    sender,
    authenticatedData: options.authenticatedData ?? emptyBytes,
    content: {
      kind: "commit",
      commit: {
        proposals: proposals.map((proposal) => ({ kind: "proposal", proposal })),
        path: { leafNode, nodes },
      },
    },
  };
  const contextBytes = encodeGroupContext(before);
  const signature = signContent(suite, identity.signatureKeys.privateKey, "public", framed, contextBytes);
  const epochBefore = {
    context: before,
    initSecret,
    interimTranscriptHash: interimTranscriptHash(suite, before.confirmedTranscriptHash, confirmationTag),
  };
  const content = { framing: "public", framed, signature } as const;
  const next = openNextEpoch(context, epochBefore, provisional, content, keys.commitSecret, psks);
  const none = new Map([[nodeOfLeaf(leafIndex), asSecret(leafKeys.privateKey)]]);
  const { nodeKeys } = mergeNodeKeys(none, oldTree, tree, leafIndex, keys);
  const group = beginEpoch(next.opened, {
    context: next.context,
    tree,
    ownLeaf: leafIndex,
    signaturePrivateKey: asSecret(identity.signatureKeys.privateKey),
    nodeKeys,
    confirmationTag: next.confirmationTag,
    interimTranscriptHash: next.interimTranscriptHash,
    reinit: undefined,
  });
  for (const secret of [initSecret, keys.commitSecret, next.joinerSecret, next.pskSecret]) secret.fill(0);
  for (const { pathSecret } of keys.steps) pathSecret.fill(0);
  const auth = { signature, confirmationTag: next.confirmationTag };
  const message = encodeMessage({ kind: "public", message: { framed, auth, membershipTag: undefined } });
  return { group, message };
}
