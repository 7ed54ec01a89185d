import type { Random } from "@redoubt/base";
import { type CryptoProvider, createCipherSuite } from "@redoubt/crypto";
import { defaultRatchetLimits } from "@redoubt/mls";
import { type ConversationContext, redoubtExtension } from "./context.js";
import { createAuthentication } from "./evidence.js";

/** MLS_256_XWING_CHACHA20POLY1305_SHA512_Ed25519: post-quantum key agreement, classical signatures. */
export const redoubtSuite = 0xf00e;

/** Members of a group, devices counted one by one. */
export const maxMembers = 1_000;

/** The longest lifetime of a key package that we add, in seconds: 100 days. */
const maxLifetime = 100n * 86_400n;

/**
 * Binds conversations to a crypto provider.
 *
 * @param random draws every random byte; the provider's own by default, a seeded one in tests
 */
export function createConversationContext(
  provider: CryptoProvider,
  random: Random = provider.random,
): ConversationContext {
  return {
    provider,
    random,
    mls: {
      suite: createCipherSuite(redoubtSuite, provider, { random }),
      authentication: createAuthentication(provider),
      supported: {
        extensions: [redoubtExtension.accountChain, redoubtExtension.policy],
        proposals: [10],
        credentials: [1],
      },
      psk: () => undefined,
      ratchetLimits: defaultRatchetLimits,
      maxMembers,
      maxLifetime,
    },
  };
}
