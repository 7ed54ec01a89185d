import { limits } from "../codec/limits.js";
import type { Reader } from "../codec/reader.js";
import { Writer } from "../codec/writer.js";
import { MlsError } from "../error.js";
import { type Extensions, extensionType, findExtension, readExtensions, writeExtensions } from "./extension.js";
import { type LeafNode, readLeafNode, writeLeafNode } from "./leaf-node.js";

/** ProtocolVersion mls10. */
export const protocolVersion = 1;

/** The fields of a KeyPackage above its signature. */
export interface KeyPackageContent {
  readonly cipherSuite: number;
  readonly initKey: Uint8Array;
  readonly leafNode: LeafNode;
  readonly extensions: Extensions;
}

/** KeyPackage (RFC 9420 §10). `encoded` is its encoding. */
export interface KeyPackage extends KeyPackageContent {
  readonly signature: Uint8Array;
  readonly encoded: Uint8Array;
}

function writeContent(writer: Writer, content: KeyPackageContent): void {
  writer.u16(protocolVersion).u16(content.cipherSuite).opaque(content.initKey);
  writeLeafNode(writer, content.leafNode);
  writeExtensions(writer, content.extensions);
}

/** KeyPackageTBS (RFC 9420 §10). */
export function keyPackageToBeSigned(content: KeyPackageContent): Uint8Array {
  const writer = new Writer();
  writeContent(writer, content);
  return writer.finish();
}

/** Joins content and signature. */
export function finishKeyPackage(content: KeyPackageContent, signature: Uint8Array): KeyPackage {
  const writer = new Writer();
  writeContent(writer, content);
  return { ...content, signature, encoded: writer.opaque(signature).finish() };
}

export function writeKeyPackage(writer: Writer, keyPackage: KeyPackage): void {
  writer.bytes(keyPackage.encoded);
}

export function readKeyPackage(reader: Reader): KeyPackage {
  const start = reader.offset;
  if (reader.u16() !== protocolVersion) throw new MlsError("unsupported", "protocol version");
  const keyPackage = {
    cipherSuite: reader.u16(),
    initKey: reader.opaque(limits.key),
    leafNode: readLeafNode(reader),
    extensions: readExtensions(reader),
    signature: reader.opaque(limits.signature),
  };
  return { ...keyPackage, encoded: reader.since(start) };
}

/** Whether the key package may be used more than once because nothing else is left (draft-ietf-mls-extensions). */
export function isLastResort(keyPackage: KeyPackage): boolean {
  return findExtension(keyPackage.extensions, extensionType.lastResort) !== undefined;
}
