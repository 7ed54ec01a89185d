const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** base64url without padding (RFC 4648 §5). */
export function toBase64url(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
    const bits = (a << 16) | (b << 8) | c;
    const digits = Math.min(4, bytes.length - i + 1);
    for (let digit = 0; digit < digits; digit++) text += alphabet[(bits >> (18 - 6 * digit)) & 63];
  }
  return text;
}

/** The bytes that `toBase64url` writes as this text; `undefined` for a text that it never writes. */
export function fromBase64url(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  for (let i = 0; i < text.length; i += 4) {
    let bits = 0;
    for (let digit = 0; digit < 4 && i + digit < text.length; digit++) {
      const value = alphabet.indexOf(text[i + digit] as string);
      if (value < 0) return undefined;
      bits |= value << (18 - 6 * digit);
    }
    const at = (i / 4) * 3;
    for (let byte = 0; byte < 3 && at + byte < bytes.length; byte++) bytes[at + byte] = (bits >> (16 - 8 * byte)) & 255;
  }
  return toBase64url(bytes) === text ? bytes : undefined;
}
