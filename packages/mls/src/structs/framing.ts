import { limits } from "../codec/limits.js";
import type { Reader } from "../codec/reader.js";
import { Writer } from "../codec/writer.js";
import { MlsError } from "../error.js";
import { type Commit, readCommit, writeCommit } from "./commit.js";
import { protocolVersion } from "./key-package.js";
import { type Proposal, readProposal, writeProposal } from "./proposal.js";

/** WireFormat (RFC 9420 §17.2). */
export const wireFormat = { public: 1, private: 2, welcome: 3, groupInfo: 4, keyPackage: 5 } as const;

/** How a message of the group travels: signed only, or signed and encrypted. */
export type Framing = "public" | "private";

export const contentType = { application: 1, proposal: 2, commit: 3 } as const;
export type ContentKind = keyof typeof contentType;

/** Sender (RFC 9420 §6). */
export type Sender =
  | { readonly kind: "member"; readonly leafIndex: number }
  | { readonly kind: "external"; readonly senderIndex: number }
  | { readonly kind: "new-member-proposal" }
  | { readonly kind: "new-member-commit" };

/** What a FramedContent carries (RFC 9420 §6). */
export type Content =
  | { readonly kind: "application"; readonly data: Uint8Array }
  | { readonly kind: "proposal"; readonly proposal: Proposal }
  | { readonly kind: "commit"; readonly commit: Commit };

/** FramedContent (RFC 9420 §6). */
export interface FramedContent {
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly sender: Sender;
  readonly authenticatedData: Uint8Array;
  readonly content: Content;
}

/** FramedContentAuthData (RFC 9420 §6.1). The confirmation tag is there in commits only. */
export interface AuthData {
  readonly signature: Uint8Array;
  readonly confirmationTag: Uint8Array | undefined;
}

/** AuthenticatedContent (RFC 9420 §6). */
export interface AuthenticatedContent {
  readonly framing: Framing;
  readonly framed: FramedContent;
  readonly auth: AuthData;
}

function writeSender(writer: Writer, sender: Sender): void {
  switch (sender.kind) {
    case "member":
      return void writer.u8(1).u32(sender.leafIndex);
    case "external":
      return void writer.u8(2).u32(sender.senderIndex);
    case "new-member-proposal":
      return void writer.u8(3);
    case "new-member-commit":
      return void writer.u8(4);
  }
}

function readSender(reader: Reader): Sender {
  switch (reader.u8()) {
    case 1:
      return { kind: "member", leafIndex: reader.u32() };
    case 2:
      return { kind: "external", senderIndex: reader.u32() };
    case 3:
      return { kind: "new-member-proposal" };
    case 4:
      return { kind: "new-member-commit" };
    default:
      throw new MlsError("malformed", "sender type");
  }
}

export function readContentKind(reader: Reader): ContentKind {
  const value = reader.u8();
  if (value === contentType.application) return "application";
  if (value === contentType.proposal) return "proposal";
  if (value === contentType.commit) return "commit";
  throw new MlsError("malformed", "content type");
}

export function writeContent(writer: Writer, content: Content): void {
  if (content.kind === "application") writer.opaque(content.data);
  else if (content.kind === "proposal") writeProposal(writer, content.proposal);
  else writeCommit(writer, content.commit);
}

export function readContent(reader: Reader, kind: ContentKind): Content {
  if (kind === "application") return { kind, data: reader.opaque(limits.ciphertext) };
  if (kind === "proposal") return { kind, proposal: readProposal(reader) };
  return { kind, commit: readCommit(reader) };
}

export function writeFramedContent(writer: Writer, framed: FramedContent): void {
  writer.opaque(framed.groupId).u64(framed.epoch);
  writeSender(writer, framed.sender);
  writer.opaque(framed.authenticatedData).u8(contentType[framed.content.kind]);
  writeContent(writer, framed.content);
}

export function readFramedContent(reader: Reader): FramedContent {
  return {
    groupId: reader.opaque(limits.groupId),
    epoch: reader.u64(),
    sender: readSender(reader),
    authenticatedData: reader.opaque(limits.authenticatedData),
    content: readContent(reader, readContentKind(reader)),
  };
}

export function writeAuthData(writer: Writer, auth: AuthData): void {
  writer.opaque(auth.signature);
  if (auth.confirmationTag !== undefined) writer.opaque(auth.confirmationTag);
}

export function readAuthData(reader: Reader, kind: ContentKind): AuthData {
  return {
    signature: reader.opaque(limits.signature),
    confirmationTag: kind === "commit" ? reader.opaque(limits.hash) : undefined,
  };
}

export function writeAuthenticatedContent(writer: Writer, content: AuthenticatedContent): void {
  writer.u16(wireFormat[content.framing]);
  writeFramedContent(writer, content.framed);
  writeAuthData(writer, content.auth);
}

export function readAuthenticatedContent(reader: Reader): AuthenticatedContent {
  const format = reader.u16();
  if (format !== wireFormat.public && format !== wireFormat.private) throw new MlsError("malformed", "wire format");
  const framed = readFramedContent(reader);
  return {
    framing: format === wireFormat.public ? "public" : "private",
    framed,
    auth: readAuthData(reader, framed.content.kind),
  };
}

/**
 * FramedContentTBS (RFC 9420 §6.1).
 *
 * @param groupContext the encoded GroupContext of the epoch the content is sent in; used for members and joiners only
 */
export function framedContentToBeSigned(framing: Framing, framed: FramedContent, groupContext: Uint8Array): Uint8Array {
  const writer = new Writer().u16(protocolVersion).u16(wireFormat[framing]);
  writeFramedContent(writer, framed);
  if (framed.sender.kind === "member" || framed.sender.kind === "new-member-commit") writer.bytes(groupContext);
  return writer.finish();
}
