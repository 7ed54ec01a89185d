import { createHash } from "node:crypto";
import { type AccountState, type Hashing, IdentityError, verifyChain } from "@redoubt/identity";
import type { AccountChains } from "@redoubt/relay-core";
import { verifyEd25519 } from "./ed25519.js";
import { sha256 } from "./sha256.js";

const hashing: Hashing = {
  sha256,
  sha512: (bytes) => new Uint8Array(createHash("sha512").update(bytes).digest()),
  verify: verifyEd25519,
};

/** Judges chains by the same code as every client. */
export const accountChains: AccountChains = { verify: readChain };

/** What a chain says; `undefined` if it does not verify. */
export function readChain(entries: readonly Uint8Array[]): AccountState | undefined {
  try {
    return verifyChain(hashing, entries);
  } catch (error) {
    if (error instanceof IdentityError) return undefined;
    throw error;
  }
}
