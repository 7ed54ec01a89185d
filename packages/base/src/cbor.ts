import { CborReader } from "./cbor-reader.js";
import { CborError, type CborValue } from "./cbor-value.js";
import { sizeOfCbor, writeCbor } from "./cbor-writer.js";

export { CborError, type CborMap, type CborValue } from "./cbor-value.js";
export { sizeOfCbor, writeCbor } from "./cbor-writer.js";

/**
 * The one encoding of a value (RFC 8949 §4.2.1): shortest forms, map keys sorted by their bytes.
 *
 * @param value integers are safe integers, strings well-formed, nesting at most 16
 * @throws CborError `unencodable`
 */
export function encodeCbor(value: CborValue): Uint8Array {
  const bytes = new Uint8Array(sizeOfCbor(value));
  writeCbor(value, bytes, 0);
  return bytes;
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
  const reader = new CborReader(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  const value = reader.read();
  if (!reader.isAtEnd) throw new CborError("malformed", "something is left over");
  return value;
}
