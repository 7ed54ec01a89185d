import { limits } from "@redoubt/wire";
import type { Frame, Peer } from "./ports.js";

/** One numbered thing of a source that can be followed. */
export interface Position {
  readonly at: number;
}

/** What a tail follows. */
export interface TailSource<T extends Position> {
  /** Committed things numbered from `from` on, in order; empty only if there are none. */
  read(from: number): readonly T[];
  /** The least number that there may be (still). */
  firstKept(): number;
  frame(thing: T): Frame;
  /** Tells the peer that what was to come before `next` is there no more. */
  sendGap(next: number): void;
  /** Tells the peer that it was too slow, and what it will have to ask for next. */
  sendSlow(next: number): void;
  /** Tells the peer that what comes next cannot be read. */
  sendBroken(next: number, error: unknown): void;
}

/**
 * Follows a numbered source for one peer: backfill, cut over, live; in order, without gap or double. What is published
 * is a hint; whenever it does not continue what was sent, the source itself is read.
 */
export class Tail<T extends Position> {
  readonly #peer: Peer;
  readonly #source: TailSource<T>;
  #next: number;
  #state: "backfill" | "live" | "ended" = "backfill";

  constructor(peer: Peer, source: TailSource<T>, from: number) {
    this.#peer = peer;
    this.#source = source;
    this.#next = from;
  }

  /** Begins the backfill. */
  start(): void {
    this.#fill();
  }

  end(): void {
    this.#state = "ended";
  }

  /**
   * Hands over what has just been committed.
   *
   * @param frame makes the frame, once for all who follow
   * @returns false if the tail has ended because the peer is too slow
   */
  offer(at: number, frame: () => Frame): boolean {
    if (this.#state !== "live" || at < this.#next) return this.#state !== "ended";
    if (at > this.#next) {
      this.#state = "backfill";
      this.#fill();
      return true;
    }
    if (this.#peer.backlog() > limits.sendBuffer) {
      this.#state = "ended";
      this.#source.sendSlow(this.#next);
      return false;
    }
    this.#peer.send(frame());
    this.#next = at + 1;
    return true;
  }

  /** Sends one reply's worth and comes back when the peer has taken it, until nothing is left: then it is live. */
  #fill(): void {
    if (this.#state !== "backfill") return;
    const things = this.#read();
    if (things === undefined) return;
    for (const thing of things) {
      if (thing.at > this.#next) this.#source.sendGap(thing.at);
      this.#peer.send(this.#source.frame(thing));
      this.#next = thing.at + 1;
    }
    if (things.length === 0) this.#goLive();
    else this.#peer.whenDrained(() => this.#fill());
  }

  /** The next things, or the end of the tail if they cannot be read: nobody above this could tell the peer. */
  #read(): readonly T[] | undefined {
    try {
      return this.#source.read(this.#next);
    } catch (error) {
      this.#state = "ended";
      this.#source.sendBroken(this.#next, error);
      return undefined;
    }
  }

  /** Also where nothing is left of what the peer has not got: it must know. */
  #goLive(): void {
    this.#state = "live";
    const first = this.#source.firstKept();
    if (this.#next >= first) return;
    this.#source.sendGap(first);
    this.#next = first;
  }
}
