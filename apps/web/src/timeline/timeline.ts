import type { ClientEvent, MessageInfo } from "@redoubt/client";
import { coalesce } from "../session/coalesce.js";
import { Observable } from "../session/observable.js";
import type { Session } from "../session/session.js";

/** Messages that are read at a time. */
const page = 80;
/** Pages that are read in search of one message, before it is given up. */
const mostPages = 1_500;

export interface TimelineState {
  /** Oldest first; pending ones last. */
  readonly messages: readonly MessageInfo[];
  readonly isLoaded: boolean;
  /** Whether there are older ones. */
  readonly hasOlder: boolean;
}

const isQueued = ({ state }: MessageInfo) => state === "pending";

/** The messages of one open conversation: its newest pages, kept up to date by what the client tells. */
export class Timeline {
  readonly conversation: string;
  readonly state = new Observable<TimelineState>({ messages: [], isLoaded: false, hasOlder: true });
  /** The first message that was unread when the conversation was opened. */
  readonly firstUnread = new Observable<string | undefined>(undefined);
  readonly loadOlder: () => void;
  readonly #session: Session;
  readonly #unsubscribe: () => void;

  constructor(session: Session, conversation: string) {
    this.#session = session;
    this.conversation = conversation;
    this.loadOlder = coalesce(() => this.#readOlder());
    this.#unsubscribe = session.hear((event) => this.#take(event));
    this.#readNewest(session.list.find(conversation)?.unread ?? 0).catch(() => undefined);
  }

  async #readNewest(unread: number): Promise<void> {
    const limit = Math.max(page, unread + 20);
    const messages = await this.#session.client.read(this.conversation, { limit });
    const received = messages.filter(({ state }) => state === "received");
    this.firstUnread.set(unread === 0 ? undefined : received.at(-unread)?.message);
    this.state.set({ messages, isLoaded: true, hasOlder: messages.length >= limit });
  }

  async #readOlder(): Promise<void> {
    const { messages, hasOlder, isLoaded } = this.state.get();
    const oldest = messages.find((message) => !isQueued(message));
    if (!isLoaded || !hasOlder || oldest === undefined) return;
    const older = await this.#session.client.read(this.conversation, { limit: page, before: oldest.message });
    this.state.update((now) => {
      const known = new Set(now.messages.map(({ message }) => message));
      const fresh = older.filter(({ message }) => !known.has(message));
      return { ...now, messages: [...fresh, ...now.messages], hasOlder: older.length >= page };
    });
  }

  /** Reads back as far as this message. @returns whether it is there */
  async reach(message: string): Promise<boolean> {
    for (let pages = 0; pages < mostPages; pages++) {
      if (this.find(message) !== undefined) return true;
      if (!this.state.get().hasOlder) return false;
      await this.#readOlder();
    }
    return false;
  }

  find(message: string): MessageInfo | undefined {
    return this.state.get().messages.find((one) => one.message === message);
  }

  #take(event: ClientEvent): void {
    switch (event.kind) {
      case "message":
      case "message-state":
        if (event.message.conversation === this.conversation) this.#put(event.message);
        return;
      case "message-gone":
        if (event.conversation === this.conversation) this.#drop(event.message);
    }
  }

  #put(message: MessageInfo): void {
    this.state.update((now) => {
      if (!now.isLoaded) return now;
      const at = now.messages.findLastIndex((one) => one.message === message.message);
      if (at >= 0) return { ...now, messages: now.messages.with(at, message) };
      // What came stands before what still waits.
      const queued = isQueued(message) ? 0 : now.messages.length - 1 - now.messages.findLastIndex((m) => !isQueued(m));
      return { ...now, messages: now.messages.toSpliced(now.messages.length - queued, 0, message) };
    });
  }

  #drop(message: string): void {
    this.state.update((now) => ({ ...now, messages: now.messages.filter((one) => one.message !== message) }));
  }

  /** Nothing is unread any more. */
  markRead(): void {
    this.#session.client.markRead(this.conversation).then(this.#session.list.refresh, () => undefined);
  }

  close(): void {
    this.#unsubscribe();
  }
}
