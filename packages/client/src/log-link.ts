import type { CodedError } from "@redoubt/base";
import type { ConversationContext, LogEntry } from "@redoubt/conversation";
import { type LogListener, type Session, type Transport, TransportError, type WatchingLink } from "@redoubt/transport";
import type { AnonymousOp } from "@redoubt/wire";
import { hex } from "./hex.js";
import { type OutboxPorts, OutboxRunner } from "./outbox.js";

/** Who is told of the logs of one relay. */
export interface LogLinkListener {
  entry(id: Uint8Array, entry: LogEntry): void;
  /** The relay says how far a log is. @param isOlder whether that is less than what it has shown before */
  extent(id: Uint8Array, lastSeq: number, isOlder: boolean): void;
  /** Entries before this one are gone from the relay. */
  gap(id: Uint8Array, nextSeq: number): void;
  /** The relay has no such log (any more), or refuses to have it watched. */
  ended(id: Uint8Array, reason: CodedError): void;
  connected(): void;
  state(state: "connecting" | "online" | "offline"): void;
}

/** Logs that are asked for at once, of thousands. */
const askedAtOnce = 32;

interface Watch {
  readonly logId: Uint8Array;
  readonly end: () => void;
  /** The number of the log's last entry as the relay last said. */
  lastSeq: number | undefined;
}

/** The logs of one relay: watched and written over one anonymous connection. */
export class LogLink {
  readonly #link: WatchingLink;
  readonly #listener: LogLinkListener;
  readonly #watches = new Map<string, Watch>();
  #runner: { readonly session: unknown; readonly outbox: OutboxRunner } | undefined;

  constructor(
    transport: Transport,
    ports: Omit<OutboxPorts, "context"> & { readonly context: ConversationContext },
    listener: LogLinkListener,
  ) {
    this.#listener = listener;
    this.#link = transport.openWatching();
    this.#link.onState(({ kind }) => {
      if (kind === "connected") this.#connected(ports);
      else for (const watch of this.#watches.values()) watch.lastSeq = undefined;
      listener.state(kind === "connected" ? "online" : kind === "connecting" ? "connecting" : "offline");
    });
  }

  close(): void {
    this.#link.close();
  }

  /** @param fromSeq the first entry to be told of */
  watch(id: Uint8Array, logId: Uint8Array, fromSeq: number): void {
    const key = hex(id);
    if (this.#watches.has(key)) return;
    const listener: LogListener = {
      entry: (entry) => this.#listener.entry(id, entry),
      watching: (lastSeq, from) => this.#extent(id, lastSeq, lastSeq < from - 1),
      gap: (nextSeq) => this.#listener.gap(id, nextSeq),
      ended: (reason) => {
        this.#watches.delete(key);
        this.#listener.ended(id, reason);
      },
    };
    this.#watches.set(key, { logId, end: this.#link.watchLog(logId, fromSeq, listener), lastSeq: undefined });
  }

  unwatch(id: Uint8Array): void {
    const key = hex(id);
    this.#watches.get(key)?.end();
    this.#watches.delete(key);
  }

  isWatched(id: Uint8Array): boolean {
    return this.#watches.has(hex(id));
  }

  /** Conversations whose extent is not known, or has not been processed. @param processed by hexadecimal id */
  isCaughtUp(processed: ReadonlyMap<string, number>): boolean {
    for (const [key, { lastSeq }] of this.#watches) {
      if (lastSeq === undefined || (processed.get(key) ?? 0) < lastSeq) return false;
    }
    return true;
  }

  /** Sends what waits in a conversation's queue. */
  send(id: Uint8Array): void {
    this.#runner?.outbox.run(id);
  }

  /**
   * Asks the relay how far the watched logs are. A connection that ends meanwhile, or had ended without our noticing, is
   * asked anew once it is back.
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

  /** The connection of now, or the next one. @throws TransportError */
  session(): Promise<Session<AnonymousOp>> {
    return this.#link.session();
  }

  async #refreshOnce(): Promise<void> {
    const session = await this.#link.session();
    const watches = [...this.#watches.values()];
    const refreshSome = async () => {
      for (let watch = watches.pop(); watch !== undefined; watch = watches.pop()) {
        // As far as the log goes: no entry is asked for again.
        const [, lastSeq] = await session.request("read", [watch.logId, Number.MAX_SAFE_INTEGER, 1]);
        watch.lastSeq = lastSeq;
      }
    };
    await Promise.all(Array.from({ length: askedAtOnce }, refreshSome));
  }

  #extent(id: Uint8Array, lastSeq: number, isOlder: boolean): void {
    const watch = this.#watches.get(hex(id));
    // Told from within watching: the watch may not be kept yet.
    if (watch !== undefined) watch.lastSeq = lastSeq;
    this.#listener.extent(id, lastSeq, isOlder);
  }

  #connected(ports: OutboxPorts): void {
    this.#link
      .session()
      .then((session) => {
        if (this.#runner?.session === session) return;
        this.#runner = { session, outbox: new OutboxRunner(ports, session) };
        this.#listener.connected();
      })
      .catch(() => undefined);
  }
}
