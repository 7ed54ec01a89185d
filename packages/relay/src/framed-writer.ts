import type { Duplex } from "node:stream";
import type { Turn } from "./turn.js";

/** Below this many bytes, frames are copied into one buffer; a longer run goes out as it is. */
const copyUpTo = 64 * 1024;
/** Backlog under which more may be sent to a connection that has been waited for. */
const lowWater = 1024 * 1024;

/**
 * Writes whole frames to one connection's socket: whatever a turn of the event loop has queued goes out in one write.
 */
export class FramedWriter {
  readonly #socket: Duplex;
  readonly #turn: Turn;
  #queue: Buffer[] = [];
  #queued = 0;
  #waiting: (() => void)[] = [];
  #closed = false;
  #sent = 0;

  constructor(socket: Duplex, turn: Turn) {
    this.#socket = socket;
    this.#turn = turn;
    socket.on("drain", () => this.#release());
  }

  /** Queues a frame for the end of this turn. After `close`, nothing happens. */
  send(frame: Buffer): void {
    if (this.#closed) return;
    if (this.#queue.length === 0) this.#turn.write(this);
    this.#queue.push(frame);
    this.#queued += frame.length;
    this.#sent += frame.length;
  }

  /** Bytes queued here and in the socket. */
  backlog(): number {
    return this.#queued + this.#socket.writableLength;
  }

  /** Bytes that the network has taken so far. */
  taken(): number {
    return this.#sent - this.backlog();
  }

  /** Calls back in a later turn, once the backlog is small; never after `close`. */
  whenDrained(callback: () => void): void {
    this.#waiting.push(callback);
    if (this.#waiting.length === 1) setImmediate(() => this.#release());
  }

  /** Writes what is queued. */
  flush(): void {
    const queue = this.#queue;
    const length = this.#queued;
    this.#queue = [];
    this.#queued = 0;
    if (this.#closed || queue.length === 0 || !this.#socket.writable) return;
    if (queue.length === 1) this.#socket.write(queue[0]);
    else if (length <= copyUpTo) this.#socket.write(Buffer.concat(queue, length));
    else {
      this.#socket.cork();
      for (const frame of queue) this.#socket.write(frame);
      this.#socket.uncork();
    }
  }

  /** Writes what is queued and takes nothing more. */
  close(): void {
    this.flush();
    this.#closed = true;
    this.#waiting = [];
  }

  /**
   * What waits is called once each, for as long as the backlog is small: what many would send at once must not pile up.
   * A drain that comes too early is followed by another one.
   */
  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    let called = 0;
    while (!this.#closed && called < waiting.length && this.backlog() <= lowWater) waiting[called++]?.();
    if (this.#closed) return;
    this.#waiting = [...waiting.slice(called), ...this.#waiting];
    if (this.#waiting.length > 0 && this.backlog() <= lowWater) setImmediate(() => this.#release());
  }
}
