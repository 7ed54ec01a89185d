import { emptyBytes, fromBase64url, toBase64url, utf8 } from "@redoubt/base";
import { ConversationError } from "../error.js";
import { mediaType, splitMediaType } from "./media-types.js";
import { disposition, type ExternalPart, type NestedPart, type SinglePart } from "./part.js";

/** A file that a message brings along: where it is, and what opens it. */
export interface Attachment {
  /** As its sender calls it: to be shown with care, and never to be used as a path. */
  readonly name: string;
  /** A media type, as its sender says. */
  readonly contentType: string;
  /** Bytes of the content. */
  readonly size: number;
  /** Origin of the relay that keeps it. */
  readonly relay: string;
  /** 32 bytes: whoever knows them can read what is sealed. */
  readonly blobId: Uint8Array;
  /** 32 bytes, of this file alone. */
  readonly key: Uint8Array;
  /** A tiny picture of the picture, if it is one: 5 to 64 bytes. */
  readonly thumbhash: Uint8Array | undefined;
}

/** Our blob stream in the place of an IANA AEAD number (from 0x8000 on they are private). */
export const blobStreamAlg = 0xf0d4;

/** The longest file, in bytes. */
export const maxAttachmentSize = 2 ** 31;
const maxNameLength = 255;
const maxThumbhashLength = 64;
const blobPath = "/v1/blobs/";

/**
 * The body of a message with attachments: the text, if there is one, then each file with its preview behind it.
 *
 * @throws ConversationError `malformed` for a name, a type or a preview that no attachment may have
 */
export function bodyWithAttachments(text: NestedPart | undefined, attachments: readonly Attachment[]): NestedPart {
  const parts = [...(text === undefined ? [] : [text]), ...attachments.flatMap(partsOf)];
  const [only, another] = parts;
  if (only === undefined) throw new ConversationError("malformed", "nothing in a message");
  if (another === undefined) return only;
  return { kind: "multi", disposition: disposition.render, language: "", semantics: "processAll", parts };
}

/** The attachments of a body that this client can fetch and open, in their order; others are passed over. */
export function attachmentsOf(body: NestedPart): readonly Attachment[] {
  const parts = flat(body);
  return parts.flatMap((part, index) => {
    if (part.kind !== "external") return [];
    const attachment = readAttachment(part);
    return attachment === undefined ? [] : [{ ...attachment, thumbhash: thumbhashOf(parts[index + 1]) }];
  });
}

function partsOf(attachment: Attachment): NestedPart[] {
  const { name, contentType, size, relay, blobId, key, thumbhash } = attachment;
  const isValid =
    utf8(name).length <= maxNameLength &&
    contentType.length <= maxNameLength &&
    size <= maxAttachmentSize &&
    (thumbhash?.length ?? 0) <= maxThumbhashLength;
  if (!isValid) throw new ConversationError("malformed", "attachment");
  const file: ExternalPart = {
    kind: "external",
    disposition: disposition.attachment,
    language: "",
    contentType,
    url: relay + blobPath + toBase64url(blobId),
    expires: 0,
    size: BigInt(size),
    encAlg: blobStreamAlg,
    key,
    nonce: emptyBytes,
    aad: emptyBytes,
    hashAlg: 0,
    contentHash: emptyBytes,
    description: "",
    filename: name,
  };
  if (thumbhash === undefined) return [file];
  const preview: SinglePart = {
    kind: "single",
    disposition: disposition.preview,
    language: "",
    contentType: mediaType.thumbhash,
    content: thumbhash,
  };
  return [file, preview];
}

function readAttachment(part: ExternalPart): Omit<Attachment, "thumbhash"> | undefined {
  const at = part.url.lastIndexOf(blobPath);
  const blobId = fromBase64url(part.url.slice(at + blobPath.length));
  const isOurs =
    at > 0 &&
    blobId?.length === 32 &&
    part.encAlg === blobStreamAlg &&
    part.key.length === 32 &&
    part.nonce.length === 0 &&
    part.aad.length === 0 &&
    part.size <= maxAttachmentSize &&
    utf8(part.filename).length <= maxNameLength &&
    part.contentType.length <= maxNameLength;
  if (!isOurs) return undefined;
  const { filename: name, contentType, key } = part;
  return { name, contentType, size: Number(part.size), relay: part.url.slice(0, at), blobId, key };
}

function thumbhashOf(part: NestedPart | undefined): Uint8Array | undefined {
  if (part?.kind !== "single" || part.disposition !== disposition.preview) return undefined;
  if (splitMediaType(part.contentType).name !== mediaType.thumbhash) return undefined;
  const { length } = part.content;
  return length >= 5 && length <= maxThumbhashLength ? part.content : undefined;
}

function flat(part: NestedPart): NestedPart[] {
  return part.kind === "multi" ? part.parts.flatMap(flat) : [part];
}
