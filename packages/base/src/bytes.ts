const hexDigits = "0123456789abcdef";
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The empty byte string. Shared: it has no contents to change. */
export const emptyBytes: Uint8Array = new Uint8Array(0);

/** Joins byte strings into a new one. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/**
 * Whether two byte strings are equal, in time that depends only on their lengths.
 * Use it wherever one side is secret or authenticates something.
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (hexDigits[byte >> 4] as string) + (hexDigits[byte & 15] as string);
  return text;
}

/** UTF-8 of a string. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The string whose UTF-8 this is, or `undefined` for bytes that are no well-formed UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * A key for Map and Set that stands for the bytes: one code unit a byte. Not for display.
 */
export function bytesKey(bytes: Uint8Array): string {
  const at = (index: number) => bytes[index] as number;
  const whole = bytes.length - (bytes.length % 8);
  let key = "";
  // Eight at a time: spreading a typed array takes five times as long, and every request of the relay comes here.
  for (let i = 0; i < whole; i += 8) {
    key += String.fromCharCode(at(i), at(i + 1), at(i + 2), at(i + 3), at(i + 4), at(i + 5), at(i + 6), at(i + 7));
  }
  for (let i = whole; i < bytes.length; i++) key += String.fromCharCode(at(i));
  return key;
}
