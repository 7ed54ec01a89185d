import { fromBase64url, toBase64url } from "@redoubt/base";

/** Base 64 with padding (RFC 4648 §4), as signed notes have it. */
export function toBase64(bytes: Uint8Array): string {
  const text = toBase64url(bytes).replaceAll("-", "+").replaceAll("_", "/");
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}

/** The bytes that `toBase64` writes as this text; `undefined` for a text that it never writes. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = fromBase64url(
    text
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replace(/={1,2}$/, ""),
  );
  return bytes !== undefined && toBase64(bytes) === text ? bytes : undefined;
}
