import { limits } from "../codec/limits.js";
import type { Reader } from "../codec/reader.js";
import { encode, type Writer } from "../codec/writer.js";
import { type Extensions, readExtensions, writeExtensions } from "./extension.js";
import { type GroupContext, readGroupContext, writeGroupContext } from "./group-context.js";

/** The fields of a GroupInfo above its signature. */
export interface GroupInfoContent {
  readonly context: GroupContext;
  readonly extensions: Extensions;
  readonly confirmationTag: Uint8Array;
  readonly signer: number;
}

/** GroupInfo (RFC 9420 §12.4.3). */
export interface GroupInfo extends GroupInfoContent {
  readonly signature: Uint8Array;
}

function writeContent(writer: Writer, info: GroupInfoContent): void {
  writeGroupContext(writer, info.context);
  writeExtensions(writer, info.extensions);
  writer.opaque(info.confirmationTag).u32(info.signer);
}

/** GroupInfoTBS (RFC 9420 §12.4.3). */
export function groupInfoToBeSigned(info: GroupInfoContent): Uint8Array {
  return encode(info, writeContent);
}

export function writeGroupInfo(writer: Writer, info: GroupInfo): void {
  writeContent(writer, info);
  writer.opaque(info.signature);
}

export function readGroupInfo(reader: Reader): GroupInfo {
  return {
    context: readGroupContext(reader),
    extensions: readExtensions(reader),
    confirmationTag: reader.opaque(limits.hash),
    signer: reader.u32(),
    signature: reader.opaque(limits.signature),
  };
}
