import type { CipherSuite } from "@redoubt/crypto";
import { decode } from "../codec/reader.js";
import { encode } from "../codec/writer.js";
import { demand, MlsError } from "../error.js";
import { signWithLabel, verifyWithLabel } from "../labels.js";
import { externalPublicKey } from "../schedule/key-schedule.js";
import { greaseValue } from "../structs/capabilities.js";
import {
  type Extension,
  type Extensions,
  extensionType,
  externalPubExtension,
  findExtension,
  isDefaultExtension,
} from "../structs/extension.js";
import type { GroupContext } from "../structs/group-context.js";
import { type GroupInfo, groupInfoToBeSigned } from "../structs/group-info.js";
import { decodeMessage, encodeMessage } from "../structs/message.js";
import { type RatchetTree, type ReadonlyTree, readRatchetTree, writeRatchetTree } from "../tree/ratchet-tree.js";
import type { MlsContext } from "./context.js";
import { demandOpen, type Group } from "./group.js";

/** What goes into a GroupInfo besides the group context. */
export interface GroupInfoOptions {
  /** Extensions of the application. */
  readonly extensions?: Extensions;
  /** Whether the tree goes along (ratchet_tree, §12.4.3.3). Otherwise the receiver must get it elsewhere. */
  readonly ratchetTree?: boolean;
  /** Given the contents of a ratchet_tree extension: says by another extension where they are, if not along. */
  readonly treeApart?: (ratchetTree: Uint8Array) => Extension | undefined;
}

/** The bytes of the ratchet_tree extension, for those who send the tree apart. */
export function encodeRatchetTree(tree: ReadonlyTree): Uint8Array {
  return encode(tree, writeRatchetTree);
}

export function decodeRatchetTree(bytes: Uint8Array): RatchetTree {
  return decode(bytes, readRatchetTree);
}

/** Signs a GroupInfo (RFC 9420 §12.4.3), with a GREASE extension (§13.5). */
export function signGroupInfo(
  suite: CipherSuite,
  epoch: {
    readonly context: GroupContext;
    readonly tree: ReadonlyTree;
    readonly confirmationTag: Uint8Array;
    readonly signer: number;
    readonly signaturePrivateKey: Uint8Array;
  },
  { extensions = [], ratchetTree = true, treeApart }: GroupInfoOptions,
): GroupInfo {
  const grease = { type: greaseValue((length) => suite.random(length)), data: suite.random(4) };
  const encoded = ratchetTree ? encodeRatchetTree(epoch.tree) : undefined;
  const apart = encoded && treeApart?.(encoded);
  const along = encoded && { type: extensionType.ratchetTree, data: encoded };
  const tree = [apart ?? along].filter((extension) => extension !== undefined);
  const content = {
    context: epoch.context,
    extensions: [...tree, ...extensions, grease],
    confirmationTag: epoch.confirmationTag,
    signer: epoch.signer,
  };
  const signed = groupInfoToBeSigned(content);
  return { ...content, signature: signWithLabel(suite, epoch.signaturePrivateKey, "GroupInfoTBS", signed) };
}

/**
 * A GroupInfo of the current epoch, as an MLSMessage.
 *
 * @param options.externalPub whether outsiders may join with it (§12.4.3.2)
 */
export function exportGroupInfo(
  { suite }: MlsContext,
  group: Group,
  options: GroupInfoOptions & { readonly externalPub?: boolean } = {},
): Uint8Array {
  demandOpen(group);
  const { epoch } = group;
  const external = options.externalPub ? [externalPubExtension(externalPublicKey(suite, epoch.secrets.external))] : [];
  const extensions = [...(options.extensions ?? []), ...external];
  const groupInfo = signGroupInfo(suite, { ...epoch, signer: epoch.ownLeaf }, { ...options, extensions });
  return encodeMessage({ kind: "groupInfo", groupInfo });
}

/** @throws MlsError `malformed`, `unsupported` */
export function parseGroupInfo(bytes: Uint8Array): GroupInfo {
  const message = decodeMessage(bytes);
  if (message.kind !== "groupInfo") throw new MlsError("unsupported", `a ${message.kind} is no group info`);
  return message.groupInfo;
}

/**
 * The tree of a GroupInfo: the one that came with it, or else the one given.
 *
 * @throws MlsError `invalid-group-info` if there is none
 */
export function treeOfGroupInfo(info: GroupInfo, given: Uint8Array | undefined): RatchetTree {
  const bytes = findExtension(info.extensions, extensionType.ratchetTree) ?? given;
  demand(bytes !== undefined, "invalid-group-info", "the ratchet tree is missing");
  return decodeRatchetTree(bytes);
}

/** @throws MlsError `invalid-group-info` */
export function checkGroupInfo({ suite, supported }: MlsContext, info: GroupInfo, tree: ReadonlyTree): void {
  demand(info.context.cipherSuite === suite.id, "invalid-group-info", "cipher suite");
  const signer = tree.leaf(info.signer);
  demand(signer !== undefined, "invalid-group-info", "its signer is no member");
  const signed = groupInfoToBeSigned(info);
  const valid = verifyWithLabel(suite, signer.signatureKey, "GroupInfoTBS", signed, info.signature);
  demand(valid, "invalid-group-info", "signature");
  for (const { type } of info.context.extensions) {
    const known = isDefaultExtension(type) || supported.extensions.includes(type);
    demand(known, "unsupported", "a group context extension");
  }
}
