import type { Random } from "@redoubt/base";
import type { CryptoProvider } from "@redoubt/crypto";
import type { MlsContext } from "@redoubt/mls";

/** What every operation on a conversation needs. Holds no state of any. */
export interface ConversationContext {
  readonly provider: CryptoProvider;
  /** MLS with Redoubt's suite, Authentication Service (`createAuthentication`) and limits. */
  readonly mls: MlsContext;
  readonly random: Random;
}

/** Private-use extension types of Redoubt (RFC 9420 §17.3). */
export const redoubtExtension = {
  /** Leaf node: the account's signed entries up to the one that the credential names. */
  accountChain: 0xf0d1,
  /** Group context: who may do what. */
  policy: 0xf0d2,
  /** Group info: what a newcomer needs to find and read the log. */
  handover: 0xf0d3,
  /** Leaf node: the group that the device asked to be brought into anew, and which of its requests it is. */
  rejoin: 0xf0d4,
  /** Group info: where the ratchet tree is, if it is too large to come along. */
  treePlace: 0xf0d5,
} as const;
