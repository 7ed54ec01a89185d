import { asSecret, emptyBytes } from "@redoubt/base";
import { openEpochSecret } from "../schedule/key-schedule.js";
import { interimTranscriptHash } from "../schedule/transcript.js";
import type { Extensions } from "../structs/extension.js";
import type { Lifetime } from "../structs/leaf-node.js";
import { RatchetTree } from "../tree/ratchet-tree.js";
import { treeHash } from "../tree/tree-hash.js";
import { checkGroupExtensions } from "./check-group-extensions.js";
import type { MlsContext } from "./context.js";
import { beginEpoch, type Group } from "./group.js";
import { type ClientIdentity, generateKeyPackage } from "./key-packages.js";
import { checkLeaf } from "./validate-leaf.js";

/**
 * A group with one member (RFC 9420 §11).
 *
 * @param options.groupId unique among all groups that a member will be in; random bytes are best
 * @throws MlsError `invalid-leaf` if the creator does not meet what the extensions require
 */
export function createGroup(
  context: MlsContext,
  identity: ClientIdentity,
  options: { readonly groupId: Uint8Array; readonly lifetime: Lifetime; readonly extensions?: Extensions },
): Group {
  const { suite } = context;
  const { groupId, extensions = [] } = options;
  checkGroupExtensions(context, extensions);
  const own = generateKeyPackage(context, identity, { lifetime: options.lifetime });
  own.initPrivateKey.fill(0);
  const leaf = own.keyPackage.leafNode;
  const position = { groupId, leafIndex: 0 };
  checkLeaf(context, leaf, { sources: ["key-package"], position, groupExtensions: extensions });
  const tree = new RatchetTree([leaf], []);
  const opened = openEpochSecret(suite, asSecret(suite.random(suite.hashLength)));
  const confirmationTag = suite.mac(opened.secrets.confirmation, emptyBytes);
  return beginEpoch(opened, {
    context: {
      cipherSuite: suite.id,
      groupId,
      epoch: 0n,
      treeHash: treeHash(suite, tree),
      confirmedTranscriptHash: emptyBytes,
      extensions,
    },
    tree,
    ownLeaf: 0,
    signaturePrivateKey: own.signaturePrivateKey,
    nodeKeys: new Map([[0, own.encryptionPrivateKey]]),
    confirmationTag,
    interimTranscriptHash: interimTranscriptHash(suite, emptyBytes, confirmationTag),
    reinit: undefined,
  });
}
