import type { KeyPair } from "@redoubt/crypto";
import type { ConversationContext } from "./context.js";

/** The Ed25519 key pair of a seed of 32 bytes. */
export function keyPairOfSeed({ provider }: Pick<ConversationContext, "provider">, seed: Uint8Array): KeyPair {
  return provider.signatures.Ed25519.generateKeyPair(() => seed.slice());
}
