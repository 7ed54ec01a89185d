import { concatBytes, decodeCbor, encodeCbor } from "@redoubt/base";
import { type ConversationContext, hashingOf, type ReadyWelcome } from "@redoubt/conversation";
import type { Store } from "@redoubt/store";
import { RelayError, type Session } from "@redoubt/transport";
import type { AnonymousOp } from "@redoubt/wire";

/** What an inbox item is. */
const inboxItemKind = { welcome: 0 } as const;

/** The errand of posting a welcome to a device's inbox. */
export const welcomeErrand = "welcome";

export function encodeWelcomeErrand({ inboxId, welcome, position }: ReadyWelcome): Uint8Array {
  return encodeCbor([inboxId, encodeCbor([1, inboxItemKind.welcome, welcome, position])]);
}

/** An item as it lies in an inbox. */
export interface WelcomeItem {
  readonly welcome: Uint8Array;
  readonly position: Uint8Array;
}

/** @throws CodedError; `undefined` for an item of a kind that this version does not know */
export function decodeInboxItem(bytes: Uint8Array): WelcomeItem | undefined {
  const value = decodeCbor(bytes);
  const [version, kind, welcome, position] = Array.isArray(value) ? value : [];
  if (version !== 1 || kind !== inboxItemKind.welcome) return undefined;
  return welcome instanceof Uint8Array && position instanceof Uint8Array ? { welcome, position } : undefined;
}

/**
 * Runs the errands that wait, in order. Each is done on a connection of its own, so that the relay does not see that
 * two belong together.
 *
 * @param open opens a fresh anonymous connection for `work` and closes it
 */
export async function runErrands(
  context: ConversationContext,
  store: Store,
  open: <T>(work: (session: Session<AnonymousOp>) => Promise<T>) => Promise<T>,
): Promise<void> {
  const { sha256 } = hashingOf(context.provider);
  for (const errand of store.errands.list()) {
    const [inboxId, item] = decodeCbor(errand.payload) as [Uint8Array, Uint8Array];
    try {
      await open(async (session) => {
        const stamp = await session.stamp(sha256(concatBytes(inboxId, item)));
        await session.request("post", [inboxId, item, null, stamp]);
      });
    } catch (error) {
      // A refusal that no retry mends: the inbox is gone with its device.
      if (!(error instanceof RelayError) || error.retry) throw error;
    }
    store.errands.delete(errand.position);
  }
}
