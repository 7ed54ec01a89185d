import { decodeCbor, encodeCbor } from "@redoubt/base";
import type { MessageFate, Store, StoredMessage } from "@redoubt/store";
import { People } from "./people.js";
import { renderOne, shownTextOf } from "./stored-rendering.js";

/** How texts are indexed: another number, and every message is indexed anew. */
const indexVersion = 1;
const [versionKey, purgeKey] = ["search/version", "search/purge"] as const;
const batch = 500;

/** Brings what the index and the counters know of a message to what is shown of it. Within a transaction. */
export function indexMessage(store: Store, message: StoredMessage): void {
  const { content, isEdited, isDeleted } = renderOne(store, message);
  const people = new People(store);
  const { text, mentions } = shownTextOf(content, people);
  const mentionsUs = !isDeleted && mentions.some(({ account }) => people.isOwn(account));
  if (message.mentionsUs !== mentionsUs) store.messages.setMentionsUs(message.id, mentionsUs);
  if (isEdited || isDeleted) markForPurge(store);
  store.search.index(message.id, isDeleted ? "" : text);
}

/** Takes away what a message said, and what was said about it. Within a transaction. */
export function eraseMessage(store: Store, id: Uint8Array, fate: Exclude<MessageFate, "kept">): void {
  store.messages.erase(id, fate);
  markForPurge(store);
}

function markForPurge(store: Store): void {
  if (store.meta.get(purgeKey) === undefined) store.meta.set(purgeKey, encodeCbor(true));
}

/** Rewrites the index if anything was taken out of it, so that no word of that is left. */
export function purgeIndex(store: Store): void {
  if (store.meta.get(purgeKey) === undefined) return;
  store.transaction(() => {
    store.search.purge();
    store.meta.delete(purgeKey);
  });
}

/** Indexes what was stored before there was an index, or by an older one. A crash in between is no harm. */
export function completeIndex(store: Store): void {
  const stored = store.meta.get(versionKey);
  if (stored !== undefined && decodeCbor(stored) === indexVersion) return;
  let page = store.messages.afterPosition(0, batch);
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    store.transaction(() => {
      for (const { message } of page) {
        if (message.kind === "shown" && message.fate === "kept") indexMessage(store, message);
      }
    });
    page = store.messages.afterPosition(last.position, batch);
  }
  store.meta.set(versionKey, encodeCbor(indexVersion));
}
