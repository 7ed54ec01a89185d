import { equalBytes } from "@redoubt/base";
import { decodeIntent, rosterOf } from "@redoubt/conversation";
import type { Store } from "@redoubt/store";
import type { Schedule } from "@redoubt/transport";
import type { Changes } from "./changes.js";
import { hex } from "./hex.js";
import type { StoredConversations } from "./stored-conversations.js";

export interface LeaverPorts {
  readonly store: Store;
  readonly conversations: StoredConversations;
  readonly changes: Changes;
  readonly schedule: Schedule;
}

/** How long a member waits longer than the one before it in the tree, in milliseconds. */
const pause = 2_000;
/** From this place on, all wait as long. */
const lastPlace = 5;

/**
 * Sees to it that whoever has said that they leave is put out: the first member at once, the next ones a little later,
 * for one commit is enough; and at once whoever wants to say something, for until then nothing else is said.
 */
export class Leavers {
  readonly #ports: LeaverPorts;
  readonly #waiting = new Map<string, () => void>();

  constructor(ports: LeaverPorts) {
    this.#ports = ports;
  }

  /** Somebody may have said so, or have been put out. */
  notice(id: Uint8Array): void {
    const { group, leaving } = this.#ports.conversations.get(id);
    this.#waiting.get(hex(id))?.();
    this.#waiting.delete(hex(id));
    if (group === undefined || leaving.length === 0) return;
    const { leaves } = rosterOf(group.epoch.tree);
    const stay = leaves.filter(({ leaf }) => !leaving.some((key) => equalBytes(key, leaf.signatureKey)));
    const place = stay.findIndex(({ leafIndex }) => leafIndex === group.epoch.ownLeaf);
    if (place < 0) return;
    const wait = Math.min(place, lastPlace) * pause;
    this.#waiting.set(
      hex(id),
      this.#ports.schedule(wait, () => this.putOut(id)),
    );
  }

  /** Puts them out now. */
  putOut(id: Uint8Array): void {
    const { store, conversations, changes } = this.#ports;
    this.#waiting.get(hex(id))?.();
    this.#waiting.delete(hex(id));
    if (store.conversations.get(id)?.state !== "active" || conversations.get(id).leaving.length === 0) return;
    const isWanted = store.commits.intents(id).some(({ value }) => decodeIntent(value).kind === "tidy");
    if (!isWanted) changes.add(id, { kind: "tidy" });
    changes.run(id);
  }

  close(): void {
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }
}
