import { ClientError } from "@redoubt/client";
import { fromPlain } from "./engine-error.js";
import { lifeLock, type Result } from "./engine-messages.js";

interface OpenCall {
  readonly tab: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Calls of an engine to the tabs, and which tabs there are. */
export class TabCalls {
  readonly #open = new Map<number, OpenCall>();
  readonly #tabs = new Set<string>();
  readonly #post: (tab: string, call: number, port: number, method: string, values: readonly unknown[]) => void;
  readonly #left: (tab: string) => void;
  #count = 0;

  /** @param left hears of tabs that are gone */
  constructor(ports: {
    readonly post: (tab: string, call: number, port: number, method: string, values: readonly unknown[]) => void;
    readonly left: (tab: string) => void;
  }) {
    this.#post = ports.post;
    this.#left = ports.left;
  }

  /** A tab that was heard of: it holds its lock for as long as it lives. */
  meet(tab: string): void {
    if (this.#tabs.has(tab)) return;
    this.#tabs.add(tab);
    navigator.locks.request(lifeLock(tab), () => this.#leave(tab)).catch(() => undefined);
  }

  /** @throws `file-gone` if the tab is gone before it answers */
  call(tab: string, port: number, method: string, values: readonly unknown[]): Promise<unknown> {
    if (!this.#tabs.has(tab)) return Promise.reject(new ClientError("file-gone"));
    this.#count += 1;
    const call = this.#count;
    return new Promise((resolve, reject) => {
      this.#open.set(call, { tab, resolve, reject });
      this.#post(tab, call, port, method, values);
    });
  }

  answer(call: number, result: Result): void {
    const open = this.#open.get(call);
    this.#open.delete(call);
    if (result.kind === "value") open?.resolve(result.value);
    else open?.reject(fromPlain(result.error));
  }

  #leave(tab: string): void {
    this.#tabs.delete(tab);
    for (const [call, open] of this.#open) {
      if (open.tab !== tab) continue;
      this.#open.delete(call);
      open.reject(new ClientError("file-gone"));
    }
    this.#left(tab);
  }
}
