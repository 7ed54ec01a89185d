import sodium from "libsodium-wrappers";
import { CryptoError } from "../crypto-error.js";

/** libsodium compiled to WebAssembly, which is part of the module: nothing is fetched. */
export type Sodium = typeof sodium;

/**
 * Resolves when libsodium can be called; from then on every call is synchronous.
 * @throws CryptoError `unavailable` where WebAssembly is missing or not allowed
 */
export async function loadSodium(): Promise<Sodium> {
  try {
    await sodium.ready;
  } catch (cause) {
    throw new CryptoError("unavailable", "WebAssembly did not start", cause);
  }
  return sodium;
}
