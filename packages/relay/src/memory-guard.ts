import type { ConnectionLimits } from "./connection-limits.js";
import type { FramedWriter } from "./framed-writer.js";

/** How often connections are looked at, where no limit asks for more. */
const sweepEveryMs = 1_000;

type GuardLimits = Pick<ConnectionLimits, "messageMs" | "stalledMs" | "inboundBytes" | "outboundBytes">;

interface Guarded {
  readonly writer: Pick<FramedWriter, "backlog" | "taken">;
  readonly cut: () => void;
  /** Bytes that have come in since the last complete message, and when the first of them did. */
  pending: number;
  since: number;
  /** What the writer had handed over when it was last looked at, and when it last moved. */
  taken: number;
  movedAt: number;
}

/** Tells the guard what comes in on one connection. */
export interface InboundGuard {
  /** After the bytes were given to whoever makes messages of them. @param completed whether they ended a message */
  received(bytes: number, completed: boolean): void;
  leave(): void;
}

/**
 * Keeps what all connections hold of memory within bounds, in both directions: one connection is bounded elsewhere, but
 * there may be thousands. Whoever sends half a message, or does not take what was asked for, is cut off; the others, who
 * merely are many at once, are not.
 */
export class MemoryGuard {
  readonly #limits: GuardLimits;
  readonly #guarded = new Set<Guarded>();
  readonly #timer: NodeJS.Timeout;
  #inbound = 0;

  constructor(limits: GuardLimits) {
    this.#limits = limits;
    const every = Math.min(sweepEveryMs, limits.messageMs / 4, limits.stalledMs / 4);
    this.#timer = setInterval(() => this.#sweep(performance.now()), every);
  }

  /** @param cut ends the connection at once */
  guard(writer: Guarded["writer"], cut: () => void): InboundGuard {
    const now = performance.now();
    const guarded: Guarded = { writer, cut, pending: 0, since: now, taken: writer.taken(), movedAt: now };
    this.#guarded.add(guarded);
    return {
      received: (bytes, completed) => this.#received(guarded, bytes, completed),
      leave: () => {
        this.#inbound -= guarded.pending;
        guarded.pending = 0;
        this.#guarded.delete(guarded);
      },
    };
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** What follows a complete message within the same piece is not counted: it is at most one piece. */
  #received(guarded: Guarded, bytes: number, completed: boolean): void {
    if (!this.#guarded.has(guarded)) return;
    this.#inbound -= guarded.pending;
    if (completed) guarded.pending = 0;
    else {
      if (guarded.pending === 0) guarded.since = performance.now();
      guarded.pending += bytes;
    }
    this.#inbound += guarded.pending;
    if (this.#inbound > this.#limits.inboundBytes) this.#cutInbound();
  }

  #cutInbound(): void {
    const byPending = [...this.#guarded].sort((a, b) => b.pending - a.pending);
    for (const guarded of byPending) {
      if (this.#inbound <= this.#limits.inboundBytes / 2) return;
      this.#cut(guarded);
    }
  }

  #sweep(now: number): void {
    const { messageMs, stalledMs, outboundBytes } = this.#limits;
    const waiting: { readonly guarded: Guarded; readonly backlog: number; readonly moved: number }[] = [];
    let outbound = 0;
    for (const guarded of this.#guarded) {
      const backlog = guarded.writer.backlog();
      const taken = guarded.writer.taken();
      const moved = taken - guarded.taken;
      if (backlog === 0 || moved > 0) guarded.movedAt = now;
      guarded.taken = taken;
      const isLate = guarded.pending > 0 && now - guarded.since > messageMs;
      if (isLate || now - guarded.movedAt > stalledMs) this.#cut(guarded);
      else if (backlog > 0) {
        waiting.push({ guarded, backlog, moved });
        outbound += backlog;
      }
    }
    // One entry that goes to many is in memory once: only what is really held counts.
    if (outbound <= outboundBytes || process.memoryUsage().arrayBuffers <= outboundBytes) return;
    waiting.sort((a, b) => a.moved - b.moved || b.backlog - a.backlog);
    for (const { guarded, backlog } of waiting) {
      if (outbound <= outboundBytes / 2) return;
      outbound -= backlog;
      this.#cut(guarded);
    }
  }

  #cut(guarded: Guarded): void {
    this.#inbound -= guarded.pending;
    guarded.pending = 0;
    this.#guarded.delete(guarded);
    guarded.cut();
  }
}
