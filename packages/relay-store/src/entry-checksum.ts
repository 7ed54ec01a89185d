import { crc32 } from "node:zlib";

/** What tells a bad page from a sound one, not an attacker's entry from an honest one: CRC-32 of number, id and bytes. */
export function entryChecksum(seq: number, entryId: Uint8Array, bytes: Uint8Array): number {
  return crc32(bytes, crc32(entryId, seq >>> 0));
}
