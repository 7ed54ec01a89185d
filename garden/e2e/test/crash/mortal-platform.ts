import { decodeCbor, toHex } from "@redoubt/base";
import type { HttpAnswer, Platform } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";
import type { Life } from "./life.js";

/** What clients have asked the relay to append, by entry id: everything that was on the wire. */
export class SentEntries {
  readonly #bytes = new Map<string, string>();
  /** Entry ids that were sent with two contents: two sealings under one key. */
  readonly conflicts: string[] = [];

  get(entryId: Uint8Array): string | undefined {
    return this.#bytes.get(toHex(entryId));
  }

  /** The entries that were sent for one log. */
  get ids(): readonly string[] {
    return [...this.#bytes.keys()];
  }

  /** Takes note of a request. */
  observe(frame: Uint8Array): void {
    const [, op, params] = decodeCbor(frame.slice()) as [number, string, Uint8Array[]];
    if (op !== "append") return;
    const [, entryId, bytes] = params as [Uint8Array, Uint8Array, Uint8Array];
    const [id, content] = [toHex(entryId), toHex(bytes)];
    if ((this.#bytes.get(id) ?? content) !== content) this.conflicts.push(id);
    this.#bytes.set(id, content);
  }
}

/** Sockets and timers that end with a life, as those of a killed process do. */
export function mortalPlatform(life: Life, sent: SentEntries): Platform {
  return {
    clock: nodePlatform.clock,
    schedule(milliseconds, run) {
      life.demand();
      const cancel = nodePlatform.schedule(milliseconds, () => life.run(run));
      life.atDeath(cancel);
      return cancel;
    },
    openSocket(url, { message, closed }) {
      life.demand();
      const socket = nodePlatform.openSocket(url, {
        message: (bytes) => life.run(() => message(bytes)),
        closed: (code, cause) => life.run(() => closed(code, cause)),
      });
      life.atDeath(() => socket.close());
      return {
        send(frame) {
          if (life.isOver) return;
          sent.observe(frame);
          socket.send(frame);
        },
        close: () => socket.close(),
      };
    },
    sendHttp(request) {
      life.demand();
      const exchange = nodePlatform.sendHttp(request);
      life.atDeath(() => exchange.abort());
      // Whoever is dead hears of no answer.
      const answer = new Promise<HttpAnswer>((resolve, reject) => {
        exchange.answer.then(
          (value) => life.run(() => resolve(value)),
          (error) => life.run(() => reject(error)),
        );
      });
      return { answer, abort: () => exchange.abort() };
    },
  };
}
