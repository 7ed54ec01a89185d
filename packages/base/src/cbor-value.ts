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
export const maxDepth = 16;

/** Major types (RFC 8949 §3.1) in the three bits where a head holds them. */
export const major = { unsigned: 0x00, negative: 0x20, bytes: 0x40, text: 0x60, array: 0x80, map: 0xa0 } as const;
/** The simple values that there are (RFC 8949 §3.3), as their one byte. */
export const simple = { false: 0xf4, true: 0xf5, null: 0xf6 } as const;

/** Bytewise lexicographic order, in which the keys of a map stand (RFC 8949 §4.2.1): below 0 if `a` comes first. */
export function compareKeys(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  }
  return a.length - b.length;
}
