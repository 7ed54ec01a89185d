import type { ClientEvent } from "@redoubt/client";
import { Observable } from "./observable.js";

/** Longer than the five seconds in which somebody who still types says so again. */
const silence = 7_000;

/** Who types, by conversation. */
export class TypingPeople {
  readonly now = new Observable<ReadonlyMap<string, readonly string[]>>(new Map());
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  take(event: ClientEvent): void {
    if (event.kind === "message") this.#set(event.message.conversation, event.message.from, false);
    if (event.kind === "typing") this.#set(event.conversation, event.from, event.isTyping);
  }

  #set(conversation: string, from: string, isTyping: boolean): void {
    const key = `${conversation} ${from}`;
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    const others = (this.now.get().get(conversation) ?? []).filter((name) => name !== from);
    if (isTyping)
      this.#timers.set(
        key,
        setTimeout(() => this.#set(conversation, from, false), silence),
      );
    else if (others.length === (this.now.get().get(conversation)?.length ?? 0)) return;
    this.now.update((now) => new Map(now).set(conversation, isTyping ? [...others, from] : others));
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }
}
