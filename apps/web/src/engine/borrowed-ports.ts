import { ClientError } from "@redoubt/client";
import { isCloned, isPort, type Port } from "./port.js";

/** Calls a port of a tab. */
export type CallPort = (tab: string, port: number, method: string, values: readonly unknown[]) => Promise<unknown>;

/** What an engine works with in the place of what tabs have lent to their calls. */
export class BorrowedPorts {
  readonly #aborts = new Map<string, AbortController>();
  readonly #call: CallPort;

  constructor(call: CallPort) {
    this.#call = call;
  }

  /** Puts objects that call back in the place of ports, wherever in `value` they stand. */
  borrow(tab: string, value: unknown): unknown {
    if (isPort(value)) return this.#standIn(tab, value);
    if (typeof value !== "object" || value === null || isCloned(value)) return value;
    if (Array.isArray(value)) return value.map((item) => this.borrow(tab, item));
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.borrow(tab, item)]));
  }

  abort(tab: string, port: number): void {
    const key = `${tab} ${port}`;
    this.#aborts.get(key)?.abort();
    this.#aborts.delete(key);
  }

  /** Forgets the signals of a tab that is gone. What it has asked for goes on. */
  forget(tab: string): void {
    for (const key of this.#aborts.keys()) if (key.startsWith(`${tab} `)) this.#aborts.delete(key);
  }

  #standIn(tab: string, { port, kind, fields, methods }: Port): unknown {
    const call =
      (method: string) =>
      (...values: readonly unknown[]) =>
        this.#call(tab, port, method, values);
    if (kind === "abort") {
      const controller = new AbortController();
      if (fields["aborted"] === true) controller.abort();
      else this.#aborts.set(`${tab} ${port}`, controller);
      return controller.signal;
    }
    if (kind === "function") {
      // Listeners: nobody waits for what they give.
      return (...values: readonly unknown[]) => void call("")(...values).catch(() => undefined);
    }
    const object = { ...fields, ...Object.fromEntries(methods.map((method) => [method, call(method)])) };
    return fields["blob"] instanceof Blob ? { ...object, ...blobReader(fields["blob"], call("close")) } : object;
  }
}

/** A file of the browser's is read where the engine is: it can be read on when the tab that gave it is closed. */
function blobReader(blob: Blob, close: () => Promise<unknown>) {
  return {
    async read(offset: number, length: number): Promise<Uint8Array> {
      try {
        return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
      } catch {
        // It was changed or removed after it was chosen.
        throw new ClientError("file-gone");
      }
    },
    async close(): Promise<void> {
      await close().catch(() => undefined);
    },
  };
}
