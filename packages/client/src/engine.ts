import { type CodedError, equalBytes } from "@redoubt/base";
import { type ConversationContext, type LogEntry, sealContent } from "@redoubt/conversation";
import type { QueuedEntry, Store, StoredConversation } from "@redoubt/store";
import {
  type LogListener,
  type NamedLink,
  type Transport,
  TransportError,
  type WatchingLink,
} from "@redoubt/transport";
import type { Contacts } from "./contacts.js";
import { runErrands } from "./errands.js";
import { hex } from "./hex.js";
import { type Inbound, takeInEntry } from "./inbound.js";
import { takeInItem } from "./inbox.js";
import { publishKeyPackages } from "./key-packages.js";
import { OutboxRunner, outboxKind } from "./outbox.js";
import { type OwnDevice, relayIdentity } from "./own-device.js";
import type { StoredConversations } from "./stored-conversations.js";

/** Who is told what the engine did, after it was stored. */
export interface EngineListener {
  inbound(conversation: Uint8Array, inbound: Inbound): void;
  opened(conversation: Uint8Array): void;
  acknowledged(entry: QueuedEntry): void;
  refused(entry: QueuedEntry, error: CodedError): void;
  alarm(conversation: Uint8Array, kind: string, seq: number): void;
  connection(state: "connecting" | "online" | "offline"): void;
  /** Something may have become true that somebody waits for. */
  progress(): void;
}

export interface EnginePorts {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly contacts: Contacts;
  readonly conversations: StoredConversations;
  readonly own: OwnDevice;
  readonly transport: Transport;
  readonly now: () => number;
  readonly listener: EngineListener;
}

/**
 * Keeps the store and the relay in step: takes in what comes, sends what waits. Everything it does is stored first, so
 * that it may end at any moment and begin again.
 */
export class Engine {
  readonly #ports: EnginePorts;
  readonly #named: NamedLink;
  readonly #watching: WatchingLink;
  readonly #watches = new Map<string, () => void>();
  /** The number of the log's last entry as the relay last said, by conversation. */
  readonly #lastSeq = new Map<string, number>();
  #runner: { readonly session: unknown; readonly outbox: OutboxRunner } | undefined;
  #errands: Promise<void> = Promise.resolve();
  #inboxIsRead = false;
  #isClosed = false;

  constructor(ports: EnginePorts) {
    this.#ports = ports;
    const { transport, context, own, listener } = ports;
    this.#named = transport.openNamed(relayIdentity(context, own), (number, item) => this.#item(number, item));
    this.#watching = transport.openWatching();
    this.#named.onState(({ kind }) => {
      if (kind === "connected") this.#connectedNamed();
      else this.#inboxIsRead = false;
      listener.progress();
    });
    this.#watching.onState(({ kind }) => {
      if (kind === "connected") this.#connectedWatching();
      else this.#lastSeq.clear();
      listener.connection(kind === "connected" ? "online" : kind === "connecting" ? "connecting" : "offline");
      listener.progress();
    });
    for (const conversation of ports.store.conversations.list()) this.watch(conversation);
  }

  close(): void {
    this.#isClosed = true;
    this.#named.close();
    this.#watching.close();
  }

  /** Whether everything that the relay has for us is taken in, as far as it has said. */
  get isCaughtUp(): boolean {
    if (!this.#inboxIsRead) return false;
    return this.#ports.store.conversations.list().every((conversation) => {
      if (!isWatched(conversation)) return true;
      const last = this.#lastSeq.get(hex(conversation.id));
      return last !== undefined && this.#ports.conversations.get(conversation.id).position.seq >= last;
    });
  }

  /** Messages, commits and errands that still wait for the relay. */
  get pending(): number {
    const { store } = this.#ports;
    const queued = store.conversations.list().reduce((sum, { id }) => sum + store.outbox.list(id).length, 0);
    return queued + this.#unsealed().length + store.errands.list().length;
  }

  /** Begins to take a conversation's log in. */
  watch(conversation: StoredConversation): void {
    const { id } = conversation;
    const key = hex(id);
    if (this.#watches.has(key) || !isWatched(conversation)) return;
    const state = this.#ports.conversations.get(id);
    const listener: LogListener = {
      entry: (entry) => this.#entry(id, entry),
      watching: (lastSeq, fromSeq) => this.#began(id, lastSeq, fromSeq),
      gap: (nextSeq) => this.#ports.listener.alarm(id, "expired", nextSeq),
      ended: () => this.#ended(id),
    };
    // A log that we are about to create is watched from its creation on.
    if (
      this.#ports.store.outbox.list(id).some(({ kind, state: at }) => kind === outboxKind.opening && at === "queued")
    ) {
      return;
    }
    this.#watches.set(key, this.#watching.watchLog(state.access.logId, state.position.seq + 1, listener));
  }

  /** Takes nothing more in from a conversation. */
  unwatch(id: Uint8Array): void {
    this.#watches.get(hex(id))?.();
    this.#watches.delete(hex(id));
  }

  /** Sends what waits in a conversation, after sealing what could not be sealed before. */
  send(id: Uint8Array): void {
    this.#sealWaiting(id);
    if (this.#runner === undefined) return;
    this.#runner.outbox.run(id).catch(() => this.#ports.listener.progress());
  }

  /**
   * Asks the relay how far it is, so that `isCaughtUp` speaks of now. A connection that ends meanwhile, or had ended
   * without our noticing, is asked anew once it is back.
   *
   * @throws TransportError, RelayError
   */
  async refresh(): Promise<void> {
    for (;;) {
      try {
        await this.#refreshOnce();
        return;
      } catch (error) {
        if (!(error instanceof TransportError) || error.code !== "disconnected") throw error;
      }
    }
  }

  async #refreshOnce(): Promise<void> {
    const { store, conversations } = this.#ports;
    await this.#readInbox();
    const session = await this.#watching.session();
    const watched = store.conversations.list().filter(({ id }) => this.#watches.has(hex(id)));
    await Promise.all(
      watched.map(async ({ id }) => {
        const { access, position } = conversations.get(id);
        const [, lastSeq] = await session.request("read", [access.logId, position.seq + 1, 1]);
        this.#lastSeq.set(hex(id), lastSeq);
      }),
    );
    this.#ports.listener.progress();
  }

  /** Does what is to be done elsewhere. */
  runErrands(): void {
    const { context, store, transport, listener } = this.#ports;
    this.#errands = this.#errands
      .then(() => (this.#isClosed ? undefined : runErrands(context, store, (work) => transport.errand(work))))
      .catch(() => undefined)
      .then(() => listener.progress());
  }

  #item(number: number, item: Uint8Array): void {
    const { listener, store } = this.#ports;
    const opened = takeInItem(this.#ports, number, item);
    if (opened !== undefined) {
      const conversation = store.conversations.get(opened);
      if (conversation !== undefined) this.watch(conversation);
      listener.opened(opened);
    }
    this.#acknowledgeInbox();
    listener.progress();
  }

  #acknowledgeInbox(): void {
    const cursor = this.#ports.store.inbox.cursor();
    this.#named
      .session()
      .then((session) => session.request("ack-inbox", [cursor]))
      .catch(() => undefined);
  }

  #connectedNamed(): void {
    const { context, store, own, now, listener } = this.#ports;
    const read = async () => {
      const session = await this.#named.session();
      await publishKeyPackages(context, store, own, session, now());
      // What was there before is taken in by the time this is answered.
      await this.#readInbox();
      this.#inboxIsRead = true;
      listener.progress();
    };
    read().catch(() => listener.progress());
    this.runErrands();
  }

  /** Takes in what lies in the inbox now. */
  async #readInbox(): Promise<void> {
    const session = await this.#named.session();
    for (;;) {
      const items = await session.request("read-inbox", [this.#ports.store.inbox.cursor(), 100]);
      for (const [number, item] of items) this.#item(number, item);
      if (items.length === 0) return;
    }
  }

  #connectedWatching(): void {
    const { context, store, conversations, listener } = this.#ports;
    this.#watching
      .session()
      .then((session) => {
        if (this.#runner?.session === session) return;
        const acknowledged = (entry: QueuedEntry) => {
          if (entry.kind === outboxKind.opening) this.#watchOpened(entry.conversation);
          listener.acknowledged(entry);
          listener.progress();
        };
        const refused = listener.refused.bind(listener);
        const outbox = new OutboxRunner({ context, store, conversations, acknowledged, refused }, session);
        this.#runner = { session, outbox };
        for (const { id } of store.conversations.list()) this.send(id);
      })
      .catch(() => listener.progress());
  }

  #watchOpened(id: Uint8Array): void {
    const conversation = this.#ports.store.conversations.get(id);
    if (conversation !== undefined) this.watch(conversation);
  }

  /** Judged by what was asked: entries that came after the answer may have been taken in before it is told. */
  #began(id: Uint8Array, lastSeq: number, fromSeq: number): void {
    const { listener } = this.#ports;
    if (lastSeq < fromSeq - 1) listener.alarm(id, "went-back", lastSeq);
    this.#lastSeq.set(hex(id), lastSeq);
    listener.progress();
  }

  #ended(id: Uint8Array): void {
    this.#watches.delete(hex(id));
    this.#lastSeq.set(hex(id), 0);
    this.#ports.listener.alarm(id, "log-gone", 0);
    this.#ports.listener.progress();
  }

  #entry(id: Uint8Array, entry: LogEntry): void {
    const { listener, store } = this.#ports;
    const inbound = takeInEntry(this.#ports, id, entry);
    for (const { kind, seq } of inbound.alarms) listener.alarm(id, kind, seq);
    listener.inbound(id, inbound);
    if (inbound.taken.kind === "commit") {
      if (inbound.taken.welcomes.length > 0) this.runErrands();
      if (inbound.taken.removesUs) this.unwatch(id);
      if (store.conversations.get(id)?.state === "active") this.send(id);
    }
    listener.progress();
  }

  /** Messages that were written before they could be sealed. */
  #unsealed(id?: Uint8Array) {
    const { store } = this.#ports;
    const conversations = id === undefined ? store.conversations.list().map((c) => c.id) : [id];
    return conversations.flatMap((conversation) => {
      const queued = store.outbox.list(conversation);
      return store.messages.unplaced(conversation).filter((message) => {
        const isQueued = queued.some(({ messageId }) => messageId !== undefined && equalBytes(messageId, message.id));
        return message.state === "pending" && !isQueued;
      });
    });
  }

  /**
   * Seals the messages that wait, in order: ratchet state, ciphertext and outbox row commit together (the first
   * transaction). While a commit of ours is under way they wait for the epoch that it opens.
   */
  #sealWaiting(id: Uint8Array): void {
    const { context, store, conversations } = this.#ports;
    for (const message of this.#unsealed(id)) {
      const before = conversations.get(id);
      if (before.pending !== undefined || before.group === undefined) return;
      const { state, entryId, bytes, consumed } = sealContent(context, before, message.content);
      store.transaction(() => {
        conversations.update(before, state);
        store.outbox.add({ conversation: id, entryId, bytes, messageId: message.id, kind: outboxKind.entry });
      });
      conversations.keep(state);
      consumed.wipe();
    }
  }
}

function isWatched({ state }: StoredConversation): boolean {
  return state === "active" || state === "request";
}
