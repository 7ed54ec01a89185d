import { bytesKey } from "@redoubt/base";
import { eventMessage, limits } from "@redoubt/wire";
import type { LogBook } from "./log-book.js";
import type { LogStore, StoredEntry } from "./log-store.js";
import type { Frame, Peer, RelayPorts } from "./ports.js";
import { RelayError } from "./relay-error.js";
import { Tail } from "./tail.js";

/** When somebody may ask again for what cannot be read. */
const brokenSeconds = 60;

/** The logs that one connection watches. */
export type Watched = Map<string, Tail<PublishedEntry>>;

export interface PublishedEntry extends StoredEntry {
  /** Its seq. */
  readonly at: number;
}

/** Fan-out within the process: who watches which log. */
export class LogWatches {
  readonly #ports: { readonly store: { readonly logs: LogStore } } & Pick<RelayPorts, "frame" | "fault">;
  readonly #book: LogBook;
  readonly #mostPerAddress: number;
  readonly #tails = new Map<string, Map<Tail<PublishedEntry>, Watcher>>();
  /** Watches of all connections from one address. */
  readonly #perAddress = new Map<string, number>();
  /** Entries handed to watchers as they were committed, since the start. */
  delivered = 0;

  /** @param options `mostPerAddress`: watches of all connections from one address */
  constructor(ports: RelayPorts, options: { readonly book: LogBook; readonly mostPerAddress: number }) {
    this.#ports = ports;
    this.#book = options.book;
    this.#mostPerAddress = options.mostPerAddress;
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
    const { peer, watched, address } = watcher;
    const ofAddress = this.#perAddress.get(address) ?? 0;
    if (watched.size >= limits.watchesPerConnection || ofAddress >= this.#mostPerAddress) {
      throw new RelayError("too-many-watches", { retryAfter: 60 });
    }
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
        sendBroken: (next, error) => {
          this.#ports.fault(error);
          peer.send(this.#ports.frame(eventMessage("broken", [logId, next, brokenSeconds])));
        },
      },
      from,
    );
    watched.set(key, tail);
    this.#perAddress.set(address, ofAddress + 1);
    let tails = this.#tails.get(key);
    if (tails === undefined) {
      tails = new Map();
      this.#tails.set(key, tails);
    }
    tails.set(tail, watcher);
    return { lastSeq: log.lastSeq, start: () => tail.start() };
  }

  unwatch(logId: Uint8Array, watcher: Watcher): void {
    const key = bytesKey(logId);
    const tail = watcher.watched.get(key);
    if (tail !== undefined) this.#drop(key, tail, watcher);
  }

  /** Ends every watch of a connection that has gone. */
  leave(watcher: Watcher): void {
    for (const [key, tail] of watcher.watched) this.#drop(key, tail, watcher);
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
    for (const [tail, watcher] of tails) {
      if (!tail.offer(entry.at, frame)) this.#drop(key, tail, watcher);
    }
  }

  /** Tells all who watch that the log was deleted. */
  gone(logId: Uint8Array): void {
    const key = bytesKey(logId);
    const frame = this.#ports.frame(eventMessage("gone", [logId]));
    for (const [tail, watcher] of this.#tails.get(key) ?? []) {
      this.#drop(key, tail, watcher);
      watcher.peer.send(frame);
    }
  }

  /** Watches of all connections. */
  get size(): number {
    let size = 0;
    for (const tails of this.#tails.values()) size += tails.size;
    return size;
  }

  #drop(key: string, tail: Tail<PublishedEntry>, { watched, address }: Watcher): void {
    tail.end();
    watched.delete(key);
    const ofAddress = (this.#perAddress.get(address) ?? 1) - 1;
    if (ofAddress > 0) this.#perAddress.set(address, ofAddress);
    else this.#perAddress.delete(address);
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
  readonly address: string;
  readonly watched: Watched;
}
