import { bytesKey } from "@redoubt/base";
import { eventMessage, limits } from "@redoubt/wire";
import type { LogBook } from "./log-book.js";
import type { LogStore, StoredEntry } from "./log-store.js";
import type { Frame, Peer, RelayPorts } from "./ports.js";
import { RelayError } from "./relay-error.js";
import { Tail } from "./tail.js";

/** The logs that one connection watches. */
export type Watched = Map<string, Tail<PublishedEntry>>;

export interface PublishedEntry extends StoredEntry {
  /** Its seq. */
  readonly at: number;
}

/** Fan-out within the process: who watches which log. */
export class LogWatches {
  readonly #ports: { readonly store: { readonly logs: LogStore } } & Pick<RelayPorts, "frame">;
  readonly #book: LogBook;
  readonly #tails = new Map<string, Map<Tail<PublishedEntry>, Watcher>>();
  /** Entries handed to watchers as they were committed, since the start. */
  delivered = 0;

  constructor(ports: RelayPorts, book: LogBook) {
    this.#ports = ports;
    this.#book = book;
  }

  /**
   * Starts to follow a log; a watch of the same log that the connection has is replaced.
   *
   * @returns the log's newest seq, and what begins the backfill: to be called after the answer was sent
   */
  watch(logId: Uint8Array, from: number, watcher: Watcher): { readonly lastSeq: number; readonly start: () => void } {
    const log = this.#book.require(logId);
    const key = bytesKey(logId);
    this.unwatch(logId, watcher);
    if (watcher.watched.size >= limits.watchesPerConnection) throw new RelayError("too-many-watches");
    const { peer, watched } = watcher;
    const most = { maxItems: limits.itemsPerReply, maxBytes: limits.bytesPerReply };
    const tail: Tail<PublishedEntry> = new Tail(
      peer,
      {
        read: (next) =>
          this.#ports.store.logs.read(log.handle, next, most).map((entry) => ({ ...entry, at: entry.seq })),
        firstKept: () => (this.#book.find(logId)?.expired ?? 0) + 1,
        frame: (entry) => this.#frame(logId, entry),
        sendGap: (next) => peer.send(this.#ports.frame(eventMessage("gap", [logId, next]))),
        sendSlow: (next) => peer.send(this.#ports.frame(eventMessage("slow", [logId, next]))),
      },
      from,
    );
    watched.set(key, tail);
    let tails = this.#tails.get(key);
    if (tails === undefined) {
      tails = new Map();
      this.#tails.set(key, tails);
    }
    tails.set(tail, watcher);
    return { lastSeq: log.lastSeq, start: () => tail.start() };
  }

  unwatch(logId: Uint8Array, { watched }: Watcher): void {
    const key = bytesKey(logId);
    const tail = watched.get(key);
    if (tail !== undefined) this.#drop(key, tail, watched);
  }

  /** Ends every watch of a connection that has gone. */
  leave({ watched }: Watcher): void {
    for (const [key, tail] of watched) this.#drop(key, tail, watched);
  }

  /** Hands an entry that was just committed to all who watch its log; it is encoded and framed once. */
  publish(logId: Uint8Array, entry: PublishedEntry): void {
    const key = bytesKey(logId);
    const tails = this.#tails.get(key);
    if (tails === undefined) return;
    let made: Frame | undefined;
    const frame = () => {
      this.delivered += 1;
      made ??= this.#frame(logId, entry);
      return made;
    };
    for (const [tail, { watched }] of tails) {
      if (!tail.offer(entry.at, frame)) this.#drop(key, tail, watched);
    }
  }

  /** Tells all who watch that the log was deleted. */
  gone(logId: Uint8Array): void {
    const key = bytesKey(logId);
    const frame = this.#ports.frame(eventMessage("gone", [logId]));
    for (const [tail, { peer, watched }] of this.#tails.get(key) ?? []) {
      this.#drop(key, tail, watched);
      peer.send(frame);
    }
  }

  /** Watches of all connections. */
  get size(): number {
    let size = 0;
    for (const tails of this.#tails.values()) size += tails.size;
    return size;
  }

  #drop(key: string, tail: Tail<PublishedEntry>, watched: Watched): void {
    tail.end();
    watched.delete(key);
    const tails = this.#tails.get(key);
    tails?.delete(tail);
    if (tails?.size === 0) this.#tails.delete(key);
  }

  #frame(logId: Uint8Array, { seq, entryId, bytes }: StoredEntry): Frame {
    return this.#ports.frame(eventMessage("entry", [logId, seq, entryId, bytes]));
  }
}

/** A connection that watches. */
export interface Watcher {
  readonly peer: Peer;
  readonly watched: Watched;
}
