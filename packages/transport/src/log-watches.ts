import { bytesKey, type CodedError } from "@redoubt/base";
import type { AnonymousOp } from "@redoubt/wire";
import type { RelayEvent, Session } from "./connection.js";
import { RelayError, TransportError } from "./error.js";
import type { Schedule } from "./platform.js";

/** How long to wait where the relay named no time, in milliseconds. */
const retryTime = 5_000;
/** Watches that are asked for at once: of thousands, the others wait, and leave room for what people do meanwhile. */
const askedAtOnce = 32;

/** One entry of a log. */
export interface WatchedEntry {
  /** From 1, without gaps but for those that the listener is told of. */
  readonly seq: number;
  /** 16 bytes. */
  readonly entryId: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Who is told of a log. */
export interface LogListener {
  /** The next entry: each once, in order. It counts as taken once this returns. */
  entry(entry: WatchedEntry): void;
  /**
   * The relay begins to send, or has just begun, after every connect: entries may have been told of before this. A last
   * seq below `fromSeq - 1` is a log that went back.
   *
   * @param lastSeq of the log when the relay answered
   * @param fromSeq the first entry that it was asked for
   */
  watching(lastSeq: number, fromSeq: number): void;
  /** The entries before `nextSeq` that were not told of are gone from the relay. */
  gap(nextSeq: number): void;
  /** The watch is over: the log is unknown or was deleted, or the relay refuses to have it watched. */
  ended(reason: CodedError): void;
}

interface Watch {
  readonly logId: Uint8Array;
  readonly listener: LogListener;
  nextSeq: number;
  /** Ends the waiting for another attempt, if there is one. */
  cancelRetry: (() => void) | undefined;
}

/** The logs that are watched over whichever connection there is. Taken up on a new one where the last one left off. */
export class LogWatches {
  readonly #schedule: Schedule;
  readonly #fault: (detail: string) => void;
  readonly #watches = new Map<string, Watch>();
  /** Those to be asked for, in order. */
  readonly #waiting = new Set<Watch>();
  #asked = 0;
  #session: Session<AnonymousOp> | undefined;

  /** @param fault gives up a connection on which the relay broke the contract */
  constructor(schedule: Schedule, fault: (detail: string) => void) {
    this.#schedule = schedule;
    this.#fault = fault;
  }

  /**
   * Watches a log.
   *
   * @param logId 32 bytes, not watched yet
   * @param fromSeq the first entry to be told of, from 1
   * @returns ends the watch
   * @throws TransportError `bad-request` if it is watched already
   */
  add(logId: Uint8Array, fromSeq: number, listener: LogListener): () => void {
    const key = bytesKey(logId);
    if (this.#watches.has(key)) throw new TransportError("bad-request", "the log is watched already");
    const watch: Watch = { logId, listener, nextSeq: fromSeq, cancelRetry: undefined };
    this.#watches.set(key, watch);
    this.#begin(watch);
    return () => {
      if (!this.#remove(watch)) return;
      this.#session?.request("unwatch", [logId]).catch(() => undefined);
    };
  }

  /** Takes every watch up on a new connection. */
  resume(session: Session<AnonymousOp>): void {
    this.#session = session;
    this.#asked = 0;
    for (const watch of this.#watches.values()) this.#begin(watch);
  }

  /** There is no connection: what is on its way is nothing any more. */
  pause(): void {
    this.#session = undefined;
    this.#waiting.clear();
    for (const watch of this.#watches.values()) this.#stopRetry(watch);
  }

  /** Takes an event in. Those of logs that are no longer watched are late, and nothing. */
  take(event: RelayEvent): void {
    if (event.name === "item" || event.name === "slow-inbox" || event.name === "few-key-packages") return;
    const watch = this.#watches.get(bytesKey(event.body[0]));
    if (watch === undefined) return;
    switch (event.name) {
      case "entry":
        this.#takeEntry(watch, { seq: event.body[1], entryId: event.body[2], bytes: event.body[3] });
        break;
      case "gap":
        this.#takeGap(watch, event.body[1]);
        break;
      case "slow":
        this.#begin(watch);
        break;
      case "broken":
        this.#retryLater(watch, event.body[2] * 1_000);
        break;
      case "gone":
        this.#remove(watch);
        watch.listener.ended(new RelayError("unknown-log", null));
    }
  }

  /** An entry before the next one was on its way when the watch began anew. */
  #takeEntry(watch: Watch, entry: WatchedEntry): void {
    if (entry.seq > watch.nextSeq) this.#fault("an entry is missing");
    if (entry.seq !== watch.nextSeq) return;
    watch.listener.entry(entry);
    watch.nextSeq += 1;
  }

  #takeGap(watch: Watch, nextSeq: number): void {
    if (nextSeq <= watch.nextSeq) return;
    watch.nextSeq = nextSeq;
    watch.listener.gap(nextSeq);
  }

  #begin(watch: Watch): void {
    this.#stopRetry(watch);
    if (this.#session === undefined) return;
    this.#waiting.add(watch);
    this.#askWaiting();
  }

  #askWaiting(): void {
    for (const watch of this.#waiting) {
      if (this.#session === undefined || this.#asked >= askedAtOnce) return;
      this.#waiting.delete(watch);
      this.#ask(watch, this.#session);
    }
  }

  #ask(watch: Watch, session: Session<AnonymousOp>): void {
    const fromSeq = watch.nextSeq;
    this.#asked += 1;
    const answered = () => {
      if (session !== this.#session) return;
      this.#asked -= 1;
      this.#askWaiting();
    };
    session.request("watch", [watch.logId, fromSeq]).then(
      ([lastSeq]) => {
        answered();
        if (this.#isCurrent(watch, session)) watch.listener.watching(lastSeq, fromSeq);
      },
      (error: CodedError) => {
        answered();
        if (this.#isCurrent(watch, session)) this.#refused(watch, error);
      },
    );
  }

  #refused(watch: Watch, error: CodedError): void {
    if (error.retry) {
      const seconds = error instanceof RelayError ? error.retryAfter : null;
      this.#retryLater(watch, seconds === null ? retryTime : seconds * 1_000);
    } else if (error.code === "bad-answer") {
      this.#fault("no answer to a watch");
    } else if (this.#remove(watch)) {
      watch.listener.ended(error);
    }
  }

  #retryLater(watch: Watch, delay: number): void {
    this.#stopRetry(watch);
    watch.cancelRetry = this.#schedule(delay, () => this.#begin(watch));
  }

  #isCurrent(watch: Watch, session: Session<AnonymousOp>): boolean {
    return session === this.#session && this.#watches.get(bytesKey(watch.logId)) === watch;
  }

  #remove(watch: Watch): boolean {
    this.#stopRetry(watch);
    this.#waiting.delete(watch);
    const key = bytesKey(watch.logId);
    return this.#watches.get(key) === watch && this.#watches.delete(key);
  }

  #stopRetry(watch: Watch): void {
    watch.cancelRetry?.();
    watch.cancelRetry = undefined;
  }
}
