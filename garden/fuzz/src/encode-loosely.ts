import type { CborValue } from "@redoubt/base";
import { encode } from "cborg";

/** CBOR of values that ours would not write: of any depth, with keys in any order. */
export function encodeLoosely(value: CborValue): Uint8Array {
  return encode(value);
}
