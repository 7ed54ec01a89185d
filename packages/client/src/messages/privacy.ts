import { decodeCbor, encodeCbor } from "@redoubt/base";
import type { Store } from "@redoubt/store";

/** What this person lets others know, where a conversation's rules allow it. Who does not tell is not told either. */
export interface PrivacySettings {
  /** That messages have come and were read. */
  readonly receipts: boolean;
  readonly typing: boolean;
}

const key = "privacy";
const version = 1;

export function readPrivacy(store: Store): PrivacySettings {
  const stored = store.meta.get(key);
  const value = stored && decodeCbor(stored);
  const [v, receipts, typing] = Array.isArray(value) ? value : [];
  if (v !== version) return { receipts: true, typing: true };
  return { receipts: receipts === true, typing: typing === true };
}

export function writePrivacy(store: Store, { receipts, typing }: PrivacySettings): void {
  store.meta.set(key, encodeCbor([version, receipts, typing]));
}
