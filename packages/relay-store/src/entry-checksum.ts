import { crc32 } from "node:zlib";

/** What tells a bad page from a sound one, not an attacker's entry from an honest one: CRC-32 of number, id and bytes. */
export function entryChecksum(seq: number, entryId: Uint8Array, bytes: Uint8Array): number {
  const head = crc32(entryId, seq >>> 0);
  // Of no bytes that lie nowhere, as the database gives them, zlib makes 0 whatever came before.
  return bytes.length === 0 ? head : crc32(bytes, head);
}
