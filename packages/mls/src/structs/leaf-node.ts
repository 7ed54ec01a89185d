import { limits } from "../codec/limits.js";
import { decode, type Reader } from "../codec/reader.js";
import { encode, Writer } from "../codec/writer.js";
import { MlsError } from "../error.js";
import { type Capabilities, readCapabilities, writeCapabilities } from "./capabilities.js";
import { type Credential, readCredential, writeCredential } from "./credential.js";
import { type Extensions, readExtensions, writeExtensions } from "./extension.js";

/** Seconds since 1970 between which a key package may be used (RFC 9420 §7.2). */
export interface Lifetime {
  readonly notBefore: bigint;
  readonly notAfter: bigint;
}

/** LeafNodeSource with what comes with each (RFC 9420 §7.2). */
export type LeafNodeSource =
  | { readonly kind: "key-package"; readonly lifetime: Lifetime }
  | { readonly kind: "update" }
  | { readonly kind: "commit"; readonly parentHash: Uint8Array };

/** The fields of a LeafNode above its signature. */
export interface LeafNodeContent {
  readonly encryptionKey: Uint8Array;
  readonly signatureKey: Uint8Array;
  readonly credential: Credential;
  readonly capabilities: Capabilities;
  readonly source: LeafNodeSource;
  readonly extensions: Extensions;
}

/** LeafNode (RFC 9420 §7.2). Made by `readLeafNode` or `finishLeafNode`, so that `encoded` is always its encoding. */
export interface LeafNode extends LeafNodeContent {
  readonly signature: Uint8Array;
  readonly encoded: Uint8Array;
}

/** Where a leaf stands: signed with it unless the leaf comes from a key package. */
export interface LeafPosition {
  readonly groupId: Uint8Array;
  readonly leafIndex: number;
}

function writeContent(writer: Writer, leaf: LeafNodeContent): void {
  writer.opaque(leaf.encryptionKey).opaque(leaf.signatureKey);
  writeCredential(writer, leaf.credential);
  writeCapabilities(writer, leaf.capabilities);
  if (leaf.source.kind === "key-package") {
    writer.u8(1).u64(leaf.source.lifetime.notBefore).u64(leaf.source.lifetime.notAfter);
  } else if (leaf.source.kind === "update") writer.u8(2);
  else writer.u8(3).opaque(leaf.source.parentHash);
  writeExtensions(writer, leaf.extensions);
}

function readSource(reader: Reader): LeafNodeSource {
  const source = reader.u8();
  if (source === 1) {
    return { kind: "key-package", lifetime: { notBefore: reader.u64(), notAfter: reader.u64() } };
  }
  if (source === 2) return { kind: "update" };
  if (source === 3) return { kind: "commit", parentHash: reader.opaque(limits.hash) };
  throw new MlsError("malformed", "leaf node source");
}

/** LeafNodeTBS (RFC 9420 §7.2). */
export function leafNodeToBeSigned(leaf: LeafNodeContent, position: LeafPosition): Uint8Array {
  const writer = new Writer();
  writeContent(writer, leaf);
  if (leaf.source.kind !== "key-package") writer.opaque(position.groupId).u32(position.leafIndex);
  return writer.finish();
}

/** Joins content and signature. */
export function finishLeafNode(content: LeafNodeContent, signature: Uint8Array): LeafNode {
  const writer = new Writer();
  writeContent(writer, content);
  return { ...content, signature, encoded: writer.opaque(signature).finish() };
}

export function writeLeafNode(writer: Writer, leaf: LeafNode): void {
  writer.bytes(leaf.encoded);
}

export function readLeafNode(reader: Reader): LeafNode {
  const start = reader.offset;
  const leaf = {
    encryptionKey: reader.opaque(limits.key),
    signatureKey: reader.opaque(limits.key),
    credential: readCredential(reader),
    capabilities: readCapabilities(reader),
    source: readSource(reader),
    extensions: readExtensions(reader),
    signature: reader.opaque(limits.signature),
  };
  return { ...leaf, encoded: reader.since(start) };
}

export function encodeLeafNode(leaf: LeafNode): Uint8Array {
  return encode(leaf, writeLeafNode);
}

export function decodeLeafNode(bytes: Uint8Array): LeafNode {
  return decode(bytes, readLeafNode);
}
