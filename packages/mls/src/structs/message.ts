import { limits } from "../codec/limits.js";
import { decode, type Reader } from "../codec/reader.js";
import { Writer } from "../codec/writer.js";
import { MlsError } from "../error.js";
import {
  type AuthData,
  type ContentKind,
  contentType,
  type FramedContent,
  readAuthData,
  readContentKind,
  readFramedContent,
  wireFormat,
  writeAuthData,
  writeFramedContent,
} from "./framing.js";
import { type GroupInfo, readGroupInfo, writeGroupInfo } from "./group-info.js";
import { type KeyPackage, protocolVersion, readKeyPackage, writeKeyPackage } from "./key-package.js";
import { readWelcome, type Welcome, writeWelcome } from "./welcome.js";

/** PublicMessage (RFC 9420 §6.2). The membership tag is there for members only. */
export interface PublicMessage {
  readonly framed: FramedContent;
  readonly auth: AuthData;
  readonly membershipTag: Uint8Array | undefined;
}

/** PrivateMessage (RFC 9420 §6.3). */
export interface PrivateMessage {
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly contentKind: ContentKind;
  readonly authenticatedData: Uint8Array;
  readonly encryptedSenderData: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** MLSMessage (RFC 9420 §6). */
export type MlsMessage =
  | { readonly kind: "public"; readonly message: PublicMessage }
  | { readonly kind: "private"; readonly message: PrivateMessage }
  | { readonly kind: "welcome"; readonly welcome: Welcome }
  | { readonly kind: "groupInfo"; readonly groupInfo: GroupInfo }
  | { readonly kind: "keyPackage"; readonly keyPackage: KeyPackage };

function writePublicMessage(writer: Writer, message: PublicMessage): void {
  writeFramedContent(writer, message.framed);
  writeAuthData(writer, message.auth);
  if (message.membershipTag !== undefined) writer.opaque(message.membershipTag);
}

function readPublicMessage(reader: Reader): PublicMessage {
  const framed = readFramedContent(reader);
  return {
    framed,
    auth: readAuthData(reader, framed.content.kind),
    membershipTag: framed.sender.kind === "member" ? reader.opaque(limits.hash) : undefined,
  };
}

function writePrivateMessage(writer: Writer, message: PrivateMessage): void {
  writer.opaque(message.groupId).u64(message.epoch).u8(contentType[message.contentKind]);
  writer.opaque(message.authenticatedData).opaque(message.encryptedSenderData).opaque(message.ciphertext);
}

function readPrivateMessage(reader: Reader): PrivateMessage {
  return {
    groupId: reader.opaque(limits.groupId),
    epoch: reader.u64(),
    contentKind: readContentKind(reader),
    authenticatedData: reader.opaque(limits.authenticatedData),
    encryptedSenderData: reader.opaque(limits.key),
    ciphertext: reader.opaque(limits.ciphertext),
  };
}

/** The wire bytes of an MLSMessage. */
export function encodeMessage(message: MlsMessage): Uint8Array {
  const writer = new Writer().u16(protocolVersion).u16(wireFormat[message.kind]);
  switch (message.kind) {
    case "public":
      writePublicMessage(writer, message.message);
      break;
    case "private":
      writePrivateMessage(writer, message.message);
      break;
    case "welcome":
      writeWelcome(writer, message.welcome);
      break;
    case "groupInfo":
      writeGroupInfo(writer, message.groupInfo);
      break;
    case "keyPackage":
      writeKeyPackage(writer, message.keyPackage);
      break;
  }
  return writer.finish();
}

/**
 * Decodes an MLSMessage. What it gives encodes back to the same bytes.
 *
 * @throws MlsError `malformed`, `unsupported` or `too-large`
 */
export function decodeMessage(bytes: Uint8Array): MlsMessage {
  if (bytes.length > limits.message) throw new MlsError("too-large");
  return decode(bytes, (reader) => {
    if (reader.u16() !== protocolVersion) throw new MlsError("unsupported", "protocol version");
    switch (reader.u16()) {
      case wireFormat.public:
        return { kind: "public", message: readPublicMessage(reader) };
      case wireFormat.private:
        return { kind: "private", message: readPrivateMessage(reader) };
      case wireFormat.welcome:
        return { kind: "welcome", welcome: readWelcome(reader) };
      case wireFormat.groupInfo:
        return { kind: "groupInfo", groupInfo: readGroupInfo(reader) };
      case wireFormat.keyPackage:
        return { kind: "keyPackage", keyPackage: readKeyPackage(reader) };
      default:
        throw new MlsError("unsupported", "wire format");
    }
  });
}
