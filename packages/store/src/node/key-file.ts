import { concatBytes } from "@redoubt/base";
import { demand, StoreError } from "../error.js";

/** What it costs to try a passphrase (RFC 9106). */
export interface Argon2Cost {
  readonly memoryKiB: number;
  readonly passes: number;
}

/** Of new key files: 64 MiB, three passes, one lane. */
export const defaultCost: Argon2Cost = { memoryKiB: 64 * 1024, passes: 3 };

/** Of key files that are read: not less than of new ones, and not so much that a file can stop the machine. */
const mostCost: Argon2Cost = { memoryKiB: 1024 * 1024, passes: 64 };

/** A key file's content: the key itself, or the key sealed under a passphrase. */
export type KeyFile =
  | { readonly kind: "plain"; readonly key: Uint8Array }
  | {
      readonly kind: "sealed";
      readonly cost: Argon2Cost;
      /** 16 bytes. */
      readonly salt: Uint8Array;
      /** 12 bytes. */
      readonly nonce: Uint8Array;
      /** The key and its tag: 48 bytes. */
      readonly sealed: Uint8Array;
    };

const version = 1;
const kinds = ["plain", "sealed"] as const;
const plainLength = 2 + 32;
const headerLength = 2 + 8 + 16;
const sealedLength = headerLength + 12 + 48;

/** Version, kind, cost and salt of a sealed key: what its seal covers besides the key. */
export function sealedHeader(cost: Argon2Cost, salt: Uint8Array): Uint8Array {
  const header = new Uint8Array(headerLength);
  header[0] = version;
  header[1] = kinds.indexOf("sealed");
  const view = new DataView(header.buffer);
  view.setUint32(2, cost.memoryKiB);
  view.setUint32(6, cost.passes);
  header.set(salt, 10);
  return header;
}

export function encodeKeyFile(file: KeyFile): Uint8Array {
  if (file.kind === "plain") return concatBytes(Uint8Array.of(version, kinds.indexOf("plain")), file.key);
  return concatBytes(sealedHeader(file.cost, file.salt), file.nonce, file.sealed);
}

/**
 * Reads a key file.
 *
 * @throws StoreError `newer-version`; `damaged` for anything else that `encodeKeyFile` does not give
 */
export function decodeKeyFile(bytes: Uint8Array): KeyFile {
  const [found = 0, kind = -1] = bytes;
  demand(found <= version, "newer-version", "the key file");
  demand(found === version, "damaged", "the key file");
  if (kinds[kind] === "plain" && bytes.length === plainLength) return { kind: "plain", key: bytes.slice(2) };
  if (kinds[kind] !== "sealed" || bytes.length !== sealedLength) throw new StoreError("damaged", "the key file");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const cost = { memoryKiB: view.getUint32(2), passes: view.getUint32(6) };
  const isKnown =
    cost.memoryKiB >= defaultCost.memoryKiB &&
    cost.memoryKiB <= mostCost.memoryKiB &&
    cost.passes >= defaultCost.passes &&
    cost.passes <= mostCost.passes;
  demand(isKnown, "damaged", "the key file's cost");
  const nonceEnd = headerLength + 12;
  return {
    kind: "sealed",
    cost,
    salt: bytes.slice(10, headerLength),
    nonce: bytes.slice(headerLength, nonceEnd),
    sealed: bytes.slice(nonceEnd),
  };
}
