import { type CborReader, demand } from "./cbor-reader.js";
import { cbor } from "./cbor-writer.js";

/** What a part is meant for (§4.4). Others, up to 255, may come and are kept. */
export const disposition = {
  unspecified: 0,
  render: 1,
  reaction: 2,
  profile: 3,
  inline: 4,
  icon: 5,
  attachment: 6,
  session: 7,
  preview: 8,
} as const;

/** How the parts of a part belong together: choose one, take all or none, take what is understood. */
const semantics = ["chooseOne", "singleUnit", "processAll"] as const;

export type PartSemantics = (typeof semantics)[number];

interface AnyPart {
  /** One of `disposition`, or another number up to 255. */
  readonly disposition: number;
  /** Empty, or language tags with commas between (RFC 5646). */
  readonly language: string;
}

/** Nothing: the body of a deletion. */
export interface NullPart extends AnyPart {
  readonly kind: "null";
}

/** Content in the message itself. */
export interface SinglePart extends AnyPart {
  readonly kind: "single";
  /** A media type with its parameters. */
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** Content to be fetched (§4.5). */
export interface ExternalPart extends AnyPart {
  readonly kind: "external";
  readonly contentType: string;
  readonly url: string;
  /** Seconds since 1970, 32 bits; 0 for never. */
  readonly expires: number;
  /** Bytes; 0 when unknown. */
  readonly size: bigint;
  /** IANA AEAD number; 0 for none. */
  readonly encAlg: number;
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  /** IANA named-information hash number; 0 for none. */
  readonly hashAlg: number;
  readonly contentHash: Uint8Array;
  readonly description: string;
  readonly filename: string;
}

/** Parts within a part: two at least. */
export interface MultiPart extends AnyPart {
  readonly kind: "multi";
  readonly semantics: PartSemantics;
  readonly parts: readonly NestedPart[];
}

export type NestedPart = NullPart | SinglePart | ExternalPart | MultiPart;

/** By cardinality, with the length of the array. */
const kinds = [
  ["null", 3],
  ["single", 5],
  ["external", 15],
  ["multi", 5],
] as const;

/** Levels of parts within parts, the outermost included (§6.3). */
export const maxPartDepth = 4;

/** Parts of one message, at every level. Ours: the draft has no limit. */
export const maxParts = 256;

const [max8, max16, max32, max64] = [0xff, 0xffff, 0xffff_ffff, 2n ** 64n - 1n] as const;

/**
 * Reads a body.
 *
 * @throws ConversationError `malformed`
 */
export function readPart(reader: CborReader): NestedPart {
  let parts = 0;
  const read = (depth: number): NestedPart => {
    demand(depth <= maxPartDepth, "parts nested too deep");
    demand(++parts <= maxParts, "too many parts");
    const length = reader.array();
    const any = { disposition: reader.uint(max8), language: reader.text() };
    const [kind, expected] = kinds[reader.uint(kinds.length - 1)] as (typeof kinds)[number];
    demand(length === expected, "a part of another length");
    switch (kind) {
      case "null":
        return { kind, ...any };
      case "single":
        return { kind, ...any, contentType: reader.text(), content: reader.bytes() };
      case "external":
        return { kind, ...any, ...readExternal(reader) };
      case "multi": {
        const how = semantics[reader.uint(semantics.length - 1)] as PartSemantics;
        const count = reader.array();
        demand(count >= 2, "fewer than two parts in a part");
        return { kind, ...any, semantics: how, parts: Array.from({ length: count }, () => read(depth + 1)) };
      }
    }
  };
  return read(1);
}

function readExternal(reader: CborReader): Omit<ExternalPart, "kind" | keyof AnyPart> {
  return {
    contentType: reader.text(),
    url: reader.text(),
    expires: reader.uint(max32),
    size: reader.uint64(),
    encAlg: reader.uint(max16),
    key: reader.bytes(),
    nonce: reader.bytes(),
    aad: reader.bytes(),
    hashAlg: reader.uint(max8),
    contentHash: reader.bytes(),
    description: reader.text(),
    filename: reader.text(),
  };
}

/**
 * Encodes a body.
 *
 * @throws ConversationError `malformed` for one that breaks a limit
 */
export function encodePart(body: NestedPart): Uint8Array {
  let parts = 0;
  const encode = (part: NestedPart, depth: number): Uint8Array => {
    demand(depth <= maxPartDepth, "parts nested too deep");
    demand(++parts <= maxParts, "too many parts");
    const cardinality = kinds.findIndex(([kind]) => kind === part.kind);
    const start = [cbor.uint(part.disposition, max8), cbor.text(part.language), cbor.uint(cardinality, max8)];
    switch (part.kind) {
      case "null":
        return cbor.array(...start);
      case "single":
        return cbor.array(...start, cbor.text(part.contentType), cbor.bytes(part.content));
      case "external":
        return cbor.array(...start, ...encodeExternal(part));
      case "multi": {
        demand(part.parts.length >= 2, "fewer than two parts in a part");
        const inner = part.parts.map((each) => encode(each, depth + 1));
        return cbor.array(...start, cbor.uint(semantics.indexOf(part.semantics), max8), cbor.array(...inner));
      }
    }
  };
  return encode(body, 1);
}

function encodeExternal(part: ExternalPart): Uint8Array[] {
  return [
    cbor.text(part.contentType),
    cbor.text(part.url),
    cbor.uint(part.expires, max32),
    cbor.uint(part.size, max64),
    cbor.uint(part.encAlg, max16),
    cbor.bytes(part.key),
    cbor.bytes(part.nonce),
    cbor.bytes(part.aad),
    cbor.uint(part.hashAlg, max8),
    cbor.bytes(part.contentHash),
    cbor.text(part.description),
    cbor.text(part.filename),
  ];
}
