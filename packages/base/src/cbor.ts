import { decode, encode, rfc8949EncodeOptions, type Token, Tokenizer, Type } from "cborg";
import { equalBytes } from "./bytes.js";
import { CodedError, type ErrorEntry } from "./error.js";

/** What our CBOR can say. Maps are for formats of other people; our own are arrays. */
export type CborValue = number | string | boolean | null | Uint8Array | readonly CborValue[] | CborMap;

/** A map in any order: encoding sorts it (RFC 8949 §4.2.1). */
export type CborMap = ReadonlyMap<number | string, CborValue>;

const catalogue = {
  malformed: { message: "The bytes are not deterministic CBOR", retry: false },
  unencodable: { message: "The value has no deterministic CBOR encoding", retry: false },
} as const satisfies Record<string, ErrorEntry>;

/** Why bytes or a value were refused. */
export class CborError extends CodedError<keyof typeof catalogue> {
  constructor(code: keyof typeof catalogue, detail?: string, cause?: unknown) {
    super(code, catalogue[code], detail, cause);
  }
}

/** Arrays and maps within each other; a scalar alone has depth 0. */
const maxDepth = 16;

const loneSurrogate = /\p{Surrogate}/u;
const beyondAscii = /\P{ASCII}/u;

const decodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowBigInt: false,
  useMaps: true,
  rejectDuplicateMapKeys: true,
} as const;

/**
 * The one encoding of a value (RFC 8949 §4.2.1): shortest forms, map keys sorted by their bytes.
 *
 * @param value integers are safe integers, strings well-formed, nesting at most 16
 * @throws CborError `unencodable`
 */
export function encodeCbor(value: CborValue): Uint8Array {
  requireEncodable(value, 0);
  return encode(value, rfc8949EncodeOptions);
}

/**
 * Reads the one encoding of a value. Whatever is accepted encodes back to the same bytes: no indefinite lengths, longer
 * forms, floats, tags, undefined, repeated or unsorted keys, ill-formed UTF-8, nor anything left over.
 *
 * @param bytes are copied: the value shares no memory with them
 * @param options `maxBytes`: the longest input accepted
 * @throws CborError `malformed`
 */
export function decodeCbor(bytes: Uint8Array, options: { readonly maxBytes?: number } = {}): CborValue {
  if (options.maxBytes !== undefined && bytes.length > options.maxBytes) {
    throw new CborError("malformed", `longer than ${options.maxBytes} bytes`);
  }
  // A Buffer's slices share its memory; a plain array's are copies.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const tokenizer = new StrictTokenizer(plain, decodeOptions);
  try {
    const value: CborValue = decode(plain, { ...decodeOptions, tokenizer });
    if (!tokenizer.needsProof || equalBytes(encodeCbor(value), plain)) return value;
  } catch (cause) {
    throw new CborError("malformed", undefined, cause);
  }
  throw new CborError("malformed", "not the one encoding of its value");
}

/** Whether a string token is ASCII byte for byte: then nothing was replaced or left out, and there is no other form. */
function isPlain({ value, encodedLength }: Token): boolean {
  const { length } = value as string;
  const headLength = length < 24 ? 1 : length < 0x100 ? 2 : length < 0x1_0000 ? 3 : 5;
  return encodedLength === headLength + length && !beyondAscii.test(value);
}

/** Refuses token by token what cborg would let through. */
class StrictTokenizer extends Tokenizer {
  /** Whether there was something whose form the tokens do not show (map order, UTF-8): it must encode back. */
  needsProof = false;
  /** For every open array and map, how many items it still wants. */
  readonly #open: number[] = [];

  override next(): Token {
    const token = super.next();
    const { type } = token;
    if (type === Type.float || type === Type.tag) throw new CborError("malformed", `holds a ${type.name}`);
    if (type === Type.map || (type === Type.string && !isPlain(token))) this.needsProof = true;
    if (type === Type.negint && !Number.isSafeInteger(token.value)) {
      throw new CborError("malformed", "holds an unsafe integer");
    }
    this.#count(token);
    return token;
  }

  #count({ type, value }: Token): void {
    const open = this.#open;
    while (open.length > 0 && open[open.length - 1] === 0) open.pop();
    if (open.length > 0) open[open.length - 1] = (open[open.length - 1] as number) - 1;
    if (type !== Type.array && type !== Type.map) return;
    if (open.length === maxDepth) throw new CborError("malformed", `deeper than ${maxDepth}`);
    open.push(type === Type.map ? value * 2 : value);
  }
}

function requireEncodable(value: CborValue, depth: number): void {
  switch (typeof value) {
    case "number":
      if (!Number.isSafeInteger(value)) throw new CborError("unencodable", "a number that is not a safe integer");
      return;
    case "string":
      if (loneSurrogate.test(value)) throw new CborError("unencodable", "a lone surrogate");
      return;
    case "boolean":
      return;
    case "object":
      if (value === null || value instanceof Uint8Array) return;
      if (depth === maxDepth) throw new CborError("unencodable", `deeper than ${maxDepth}`);
      if (value instanceof Map) return requireEncodableMap(value, depth);
      if (Array.isArray(value)) {
        for (const item of value) requireEncodable(item, depth + 1);
        return;
      }
      throw new CborError("unencodable", "an object that is no array, map or byte string");
    default:
      throw new CborError("unencodable", typeof value);
  }
}

function requireEncodableMap(map: CborMap, depth: number): void {
  for (const [key, item] of map) {
    if (typeof key !== "number" && typeof key !== "string") throw new CborError("unencodable", "a key of that type");
    requireEncodable(key, depth + 1);
    requireEncodable(item, depth + 1);
  }
}
