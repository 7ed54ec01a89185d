import { limits } from "../codec/limits.js";
import { decode, type Reader } from "../codec/reader.js";
import { encode, type Writer } from "../codec/writer.js";
import { MlsError } from "../error.js";
import { type Extensions, readExtensions, writeExtensions } from "./extension.js";
import { protocolVersion } from "./key-package.js";

/** GroupContext (RFC 9420 §8.1): what all members of an epoch agree on. */
export interface GroupContext {
  readonly cipherSuite: number;
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly treeHash: Uint8Array;
  readonly confirmedTranscriptHash: Uint8Array;
  readonly extensions: Extensions;
}

export function writeGroupContext(writer: Writer, context: GroupContext): void {
  writer.u16(protocolVersion).u16(context.cipherSuite).opaque(context.groupId).u64(context.epoch);
  writer.opaque(context.treeHash).opaque(context.confirmedTranscriptHash);
  writeExtensions(writer, context.extensions);
}

export function readGroupContext(reader: Reader): GroupContext {
  if (reader.u16() !== protocolVersion) throw new MlsError("unsupported", "protocol version");
  return {
    cipherSuite: reader.u16(),
    groupId: reader.opaque(limits.groupId),
    epoch: reader.u64(),
    treeHash: reader.opaque(limits.hash),
    confirmedTranscriptHash: reader.opaque(limits.hash),
    extensions: readExtensions(reader),
  };
}

export function encodeGroupContext(context: GroupContext): Uint8Array {
  return encode(context, writeGroupContext);
}

export function decodeGroupContext(bytes: Uint8Array): GroupContext {
  return decode(bytes, readGroupContext);
}
