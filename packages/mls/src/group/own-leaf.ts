import type { Random, Secret } from "@redoubt/base";
import type { CipherSuite } from "@redoubt/crypto";
import { signWithLabel } from "../labels.js";
import { type Capabilities, greaseValue } from "../structs/capabilities.js";
import { protocolVersion } from "../structs/key-package.js";
import {
  finishLeafNode,
  type LeafNode,
  type LeafNodeContent,
  type LeafPosition,
  leafNodeToBeSigned,
} from "../structs/leaf-node.js";
import type { MlsContext } from "./context.js";

/** What a member may change of its leaf when it renews it. What is left out stays. */
export interface LeafChanges {
  readonly credential?: LeafNodeContent["credential"];
  readonly extensions?: LeafNodeContent["extensions"];
  readonly capabilities?: Capabilities;
  readonly signatureKeys?: { readonly privateKey: Secret; readonly publicKey: Uint8Array };
}

const nowhere: LeafPosition = { groupId: new Uint8Array(0), leafIndex: 0 };

/** Signs a leaf (RFC 9420 §7.2). @param position left out for key packages */
export function signLeaf(
  suite: CipherSuite,
  content: LeafNodeContent,
  signaturePrivateKey: Uint8Array,
  position: LeafPosition = nowhere,
): LeafNode {
  const signed = leafNodeToBeSigned(content, position);
  return finishLeafNode(content, signWithLabel(suite, signaturePrivateKey, "LeafNodeTBS", signed));
}

/** The capabilities of a client, with a GREASE value in each list that may have one (RFC 9420 §13.5). */
export function announceCapabilities(
  { suite, supported }: MlsContext,
  extraExtensions: readonly number[] = [],
): Capabilities {
  const random: Random = (length) => suite.random(length);
  return {
    versions: [protocolVersion],
    cipherSuites: [suite.id, greaseValue(random)],
    extensions: [...supported.extensions, ...extraExtensions],
    proposals: [...supported.proposals, greaseValue(random)],
    credentials: [...supported.credentials, greaseValue(random)],
  };
}

/** The content of a leaf that takes the place of `before`. */
export function renewLeaf(
  before: LeafNode,
  changes: LeafChanges,
  encryptionKey: Uint8Array,
  source: LeafNodeContent["source"],
): LeafNodeContent {
  return {
    encryptionKey,
    signatureKey: changes.signatureKeys?.publicKey ?? before.signatureKey,
    credential: changes.credential ?? before.credential,
    capabilities: changes.capabilities ?? before.capabilities,
    source,
    extensions: changes.extensions ?? before.extensions,
  };
}
