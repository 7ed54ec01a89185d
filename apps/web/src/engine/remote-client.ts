import type { Client } from "@redoubt/client";
import type { RemoteHome } from "./remote-home.js";

type Remote<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

/**
 * The SDK's client on the other side of a worker: every method answers later, and rejects with an error that has `code`,
 * `message` and `retry`. `subscribe` takes effect at once, and goes on when another tab's engine takes over.
 */
export type RemoteClient = Remote<Omit<Client, "subscribe">> &
  Pick<Client, "subscribe"> & {
    /** Where this browser keeps the account: its state, its lock, its room. */
    readonly home: RemoteHome;
  };
