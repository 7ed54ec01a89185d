import { CodedError } from "@redoubt/base";
import type { Op, Params, Result } from "@redoubt/wire";
import { backoff } from "./backoff.js";
import { Connection, type RelayEvent, type Session } from "./connection.js";
import { TransportError } from "./error.js";
import type { TransportPorts } from "./platform.js";

/** How long a request waits for a connection, in milliseconds. */
const connectTime = 30_000;
/** A connection that lasted so long ends a row of failures. */
const settledTime = 10_000;
/** After so long without a sound the relay is asked for one. */
const quietTime = 45_000;
const waitersLimit = 1_024;

/** Where a link stands. */
export type LinkState =
  | { readonly kind: "connecting" }
  | { readonly kind: "connected" }
  /** Tries again after `delay` milliseconds, or at once by `wake`. */
  | { readonly kind: "waiting"; readonly delay: number; readonly reason: CodedError }
  /** The relay said something that trying again does not change. `wake` tries all the same. */
  | { readonly kind: "refused"; readonly reason: CodedError }
  | { readonly kind: "closed" };

/** What makes a link one of its kind. */
export interface LinkHooks<O extends Op> {
  /** Done first on every connection, before it counts as connected. A refusal that is final stops the link. */
  greet(session: Session<O>): Promise<void>;
  /** There is a new connection, on which nothing is watched or proved. */
  connected(session: Session<O>): void;
  /** It is over, and so is whatever was watched on it. Also told where it never came to `connected`. */
  disconnected(): void;
  event(event: RelayEvent): void;
  /** Asks the relay for any sign of life. */
  probe(session: Session<O>): Promise<unknown>;
}

interface Waiter<O extends Op> {
  readonly resolve: (session: Session<O>) => void;
  readonly reject: (error: CodedError) => void;
  readonly cancelTimer: () => void;
}

/** A connection that is made anew, with growing delays, whenever it ends; until it is closed. */
export class Link<O extends Op> {
  readonly #ports: TransportPorts;
  readonly #url: string;
  readonly #hooks: LinkHooks<O>;
  readonly #stateListeners = new Set<(state: LinkState) => void>();
  readonly #waiters = new Set<Waiter<O>>();
  #connection: Connection<O> | undefined;
  #state: LinkState = { kind: "connecting" };
  #failures = 0;
  /** Of the state, each by what it is for: they end with it. */
  readonly #timers = new Map<"retry" | "settled" | "quiet", () => void>();

  /** Begins to connect. @param url of the relay's socket, as `socketUrl` makes it */
  constructor(ports: TransportPorts, url: string, hooks: LinkHooks<O>) {
    this.#ports = ports;
    this.#url = url;
    this.#hooks = hooks;
    this.#connect();
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Is told of every later state. @returns ends that */
  onState(listener: (state: LinkState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /**
   * The connection of now, or the next one, within 30 seconds.
   *
   * @throws TransportError `unreachable`, `busy`, `closed`; the reason if the link is refused
   */
  session(): Promise<Session<O>> {
    return new Promise((resolve, reject) => {
      const state = this.#state;
      if (state.kind === "connected") resolve(this.#connection as Session<O>);
      else if (state.kind === "closed") throw new TransportError("closed");
      else if (state.kind === "refused") throw state.reason;
      else if (this.#waiters.size >= waitersLimit) throw new TransportError("busy");
      else this.#addWaiter(resolve, reject);
    });
  }

  /** Asks the relay, on the connection of now or the next one. @throws as `session` and its `request` */
  async request<Name extends O>(op: Name, params: Params<Name>): Promise<Result<Name>> {
    const session = await this.session();
    return session.request(op, params);
  }

  /** Tries now what would be tried later: to be called when the network is back. */
  wake(): void {
    if (this.#state.kind !== "waiting" && this.#state.kind !== "refused") return;
    this.#failures = 0;
    this.#connect();
  }

  /** Gives up the connection of now, on which the relay broke the contract, for another one. */
  fault(detail: string): void {
    if (this.#connection !== undefined) this.#giveUp(this.#connection, new TransportError("bad-answer", detail));
  }

  /** Ends it for good: whatever is open or asked later fails with `closed`. */
  close(): void {
    if (this.#state.kind === "closed") return;
    const reason = new TransportError("closed");
    this.#enter({ kind: "closed" });
    this.#connection?.close(reason);
    this.#connection = undefined;
    this.#hooks.disconnected();
    this.#failWaiters(reason);
  }

  #connect(): void {
    this.#enter({ kind: "connecting" });
    const connection = new Connection<O>(this.#ports, this.#url, {
      greeted: () => void this.#greet(connection),
      event: (event) => this.#hooks.event(event),
      ended: (reason) => this.#lost(reason),
    });
    this.#connection = connection;
  }

  async #greet(connection: Connection<O>): Promise<void> {
    try {
      await this.#hooks.greet(connection);
    } catch (error) {
      const reason = error instanceof CodedError ? error : new TransportError("bad-request", "no greeting", error);
      this.#giveUp(connection, reason);
    }
    if (connection !== this.#connection) return;
    this.#enter({ kind: "connected" });
    const settle = () => {
      this.#failures = 0;
    };
    this.#timers.set("settled", this.#ports.schedule(settledTime, settle));
    this.#listenFor(connection);
    this.#hooks.connected(connection);
    for (const waiter of this.#takeWaiters()) waiter.resolve(connection);
  }

  /** A connection can be dead without a sign. After a quiet time the relay is asked; no answer ends the connection. */
  #listenFor(connection: Connection<O>): void {
    const { heard } = connection;
    const listen = () => {
      if (connection.heard === heard) this.#hooks.probe(connection).catch(() => undefined);
      this.#listenFor(connection);
    };
    this.#timers.set("quiet", this.#ports.schedule(quietTime, listen));
  }

  #giveUp(connection: Connection<O>, reason: CodedError): void {
    if (connection !== this.#connection) return;
    connection.close(reason);
    this.#lost(reason);
  }

  #lost(reason: CodedError): void {
    if (this.#state.kind === "closed") return;
    this.#connection = undefined;
    this.#hooks.disconnected();
    if (isFinal(reason)) {
      this.#enter({ kind: "refused", reason });
      this.#failWaiters(reason);
      return;
    }
    this.#failures += 1;
    const delay = backoff(this.#ports.random, this.#failures);
    this.#enter({ kind: "waiting", delay, reason });
    this.#timers.set(
      "retry",
      this.#ports.schedule(delay, () => this.#connect()),
    );
  }

  #enter(state: LinkState): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#state = state;
    for (const listener of [...this.#stateListeners]) listener(state);
  }

  #addWaiter(resolve: Waiter<O>["resolve"], reject: Waiter<O>["reject"]): void {
    const cancelTimer = this.#ports.schedule(connectTime, () => {
      this.#waiters.delete(waiter);
      reject(new TransportError("unreachable"));
    });
    const waiter: Waiter<O> = { resolve, reject, cancelTimer };
    this.#waiters.add(waiter);
  }

  #takeWaiters(): Waiter<O>[] {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const { cancelTimer } of waiters) cancelTimer();
    return waiters;
  }

  #failWaiters(reason: CodedError): void {
    for (const waiter of this.#takeWaiters()) waiter.reject(reason);
  }
}

/** Whether trying again would meet the same answer. A relay that broke the contract once may keep to it later. */
function isFinal(reason: CodedError): boolean {
  return !reason.retry && reason.code !== "bad-answer";
}
