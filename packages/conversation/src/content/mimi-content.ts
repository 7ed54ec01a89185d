import { utf8 } from "@redoubt/base";
import { ConversationError } from "../error.js";
import { CborReader, demand } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";
import { encodePart, type NestedPart, readPart } from "./part.js";

/** When a message is to be deleted. */
export interface Expiration {
  /** Whether `time` counts from when it is read. */
  readonly relative: boolean;
  /** Seconds, since 1970 or since reading; 32 bits. */
  readonly time: number;
}

/** Each value in its deterministic encoding, by an integer other than 0 or a text of 1 to 255 bytes. */
export type ContentExtensions = ReadonlyMap<number | string, Uint8Array>;

/** A message as its sender wrote it: application/mimi-content, draft-ietf-mimi-content-08 §4. */
export interface MimiContent {
  /** 16 random bytes, never used before. */
  readonly salt: Uint8Array;
  /** The message that this one edits, deletes or changes the reaction of. */
  readonly replaces: Uint8Array | undefined;
  /** Names a thread; empty for none. */
  readonly topicId: Uint8Array;
  readonly expires: Expiration | undefined;
  readonly inReplyTo: Uint8Array | undefined;
  readonly extensions: ContentExtensions;
  readonly body: NestedPart;
}

/** Registered extensions (§8.2.1): both values are texts. */
export const contentExtension = { senderUri: 1, roomUri: 2 } as const;

/** The longest content that is read or written, in bytes. Ours: the draft has no limit. */
export const maxMimiContent = 1024 * 1024;

const [saltLength, idLength] = [16, 32] as const;

/** Arrays, maps and tags within an extension's value: the map of extensions is the first of four levels (§6.3). */
const extensionDepth = 3;
const [maxExtensionValue, maxExtensionName] = [4096, 255] as const;

/**
 * Reads a message. Whatever is accepted encodes back to the same bytes; what we do not know (dispositions, media types,
 * extensions) is kept.
 *
 * @throws ConversationError `malformed`
 */
export function decodeMimiContent(bytes: Uint8Array): MimiContent {
  demand(bytes.length <= maxMimiContent, "longer than any content");
  const reader = new CborReader(bytes);
  demand(reader.array() === 7, "another number of fields");
  const content: MimiContent = {
    salt: reader.bytes(saltLength),
    replaces: reader.optional(() => reader.bytes(idLength)),
    topicId: reader.bytes(),
    expires: reader.optional(() => {
      demand(reader.array() === 2, "an expiration of another length");
      return { relative: reader.bool(), time: reader.uint(0xffff_ffff) };
    }),
    inReplyTo: reader.optional(() => reader.bytes(idLength)),
    extensions: readExtensions(reader),
    body: readPart(reader),
  };
  demand(reader.isDone, "bytes are left over");
  return content;
}

/**
 * The encoding of a message. Two encodings of one message are equal.
 *
 * @throws ConversationError `malformed` for a value that no message may have, `too-long` above `maxMimiContent`
 */
export function encodeMimiContent(content: MimiContent): Uint8Array {
  const id = (value: Uint8Array) => cbor.bytes(value, idLength);
  const bytes = cbor.array(
    cbor.bytes(content.salt, saltLength),
    cbor.optional(content.replaces, id),
    cbor.bytes(content.topicId),
    cbor.optional(content.expires, ({ relative, time }) =>
      cbor.array(cbor.bool(relative), cbor.uint(time, 0xffff_ffff)),
    ),
    cbor.optional(content.inReplyTo, id),
    encodeExtensions(content.extensions),
    encodePart(content.body),
  );
  if (bytes.length > maxMimiContent) throw new ConversationError("too-long");
  return bytes;
}

function readExtensions(reader: CborReader): ContentExtensions {
  const extensions = new Map<number | string, Uint8Array>();
  reader.eachKey(reader.map(), (key) => {
    checkName(key);
    const value = reader.encodingOf(() => reader.skip(extensionDepth));
    checkValue(key, value);
    extensions.set(key, value);
  });
  return extensions;
}

function encodeExtensions(extensions: ContentExtensions): Uint8Array {
  return cbor.map(
    [...extensions].map(([name, value]) => {
      checkName(name);
      const reader = new CborReader(value);
      reader.skip(extensionDepth);
      demand(reader.isDone, "an extension of more than one item");
      checkValue(name, value);
      return [cbor.key(name), value];
    }),
  );
}

function checkName(name: number | string | Uint8Array): asserts name is number | string {
  const isName = typeof name === "string" ? name !== "" && utf8(name).length <= maxExtensionName : name !== 0;
  demand(isName && !(name instanceof Uint8Array), "the name of an extension");
}

function checkValue(name: number | string, value: Uint8Array): void {
  demand(value.length <= maxExtensionValue, "an extension is too long");
  const isUri = name === contentExtension.senderUri || name === contentExtension.roomUri;
  if (isUri) new CborReader(value).text();
}
