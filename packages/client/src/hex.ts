import { toHex } from "@redoubt/base";

/** Lower-case hexadecimal of an id. */
export const hex = toHex;

/** The bytes of an id in hexadecimal; `undefined` for anything else. */
export function fromHex(text: string): Uint8Array | undefined {
  if (!/^(?:[0-9a-f]{2})+$/.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}
