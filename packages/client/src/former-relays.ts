import { decodeCbor, encodeCbor } from "@redoubt/base";
import type { Store } from "@redoubt/store";
import { hex } from "./hex.js";

/** How many relays are remembered of each conversation. */
const kept = 16;

function keyOf(conversation: Uint8Array): string {
  return `former-relays/${hex(conversation)}`;
}

/** Origins of the relays that a conversation has lived on before, as far as we were there: its older files are there. */
export function formerRelays(store: Store, conversation: Uint8Array): readonly string[] {
  const bytes = store.meta.get(keyOf(conversation));
  return bytes === undefined ? [] : (decodeCbor(bytes) as string[]);
}

/** Notes that a conversation moves away from a relay. Within the transaction of the move. */
export function noteFormerRelay(store: Store, conversation: Uint8Array, relay: string): void {
  const others = formerRelays(store, conversation).filter((known) => known !== relay);
  store.meta.set(keyOf(conversation), encodeCbor([...others, relay].slice(-kept)));
}
