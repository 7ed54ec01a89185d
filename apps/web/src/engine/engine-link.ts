import type { CodedError } from "@redoubt/base";
import type { ClientEvent } from "@redoubt/client";
import { EngineError, fromPlain, toPlain } from "./engine-error.js";
import {
  type Connection,
  channelName,
  type EngineMessage,
  lifeLock,
  type Message,
  type Result,
  type TabMessage,
} from "./engine-messages.js";
import { LentPorts } from "./lent-ports.js";
import type { HomeState } from "./remote-home.js";

type Target = "client" | "home";

interface OpenCall {
  readonly target: Target;
  readonly method: string;
  readonly values: readonly unknown[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: CodedError) => void;
  /** The engine that it was sent to; none while it waits for one. */
  engine: string | undefined;
}

/** Calls that do the same when they are made twice: an engine that takes over is asked again. */
const repeatable: ReadonlySet<string> = new Set([
  "whoami",
  "requests",
  "accept",
  "block",
  "unblock",
  "contacts",
  "verify",
  "directWith",
  "findMessage",
  "search",
  "typing",
  "profile",
  "mute",
  "pin",
  "setDraft",
  "settings",
  "groupInfo",
  "list",
  "read",
  "markRead",
  "discloseMe",
  "sync",
  "isLockable",
]);

/** What a tab does besides. */
interface LinkHooks {
  /** Starts another engine, if this tab is the one that can. */
  readonly restart: () => void;
  /** Hears that nothing is kept here any more. */
  readonly erased: () => void;
}

type Standing = Omit<Extract<EngineMessage, { kind: "state" }>, "engine"> & { readonly engine: string | undefined };

/** A tab's end of the channel to the engine, whichever tab runs it. */
export class EngineLink {
  readonly #tab = crypto.randomUUID();
  readonly #channel = new BroadcastChannel(channelName);
  readonly #calls = new Map<number, OpenCall>();
  readonly #ports = new LentPorts((port) => this.#post({ kind: "abort", tab: this.#tab, port }));
  readonly #listeners = new Set<(event: ClientEvent) => void>();
  readonly #stateListeners = new Set<(state: HomeState) => void>();
  readonly #hooks: LinkHooks;
  #engine: string | undefined;
  #state: HomeState = { kind: "starting" };
  #connection: Connection | undefined;
  #count = 0;

  constructor(hooks: LinkHooks) {
    this.#hooks = hooks;
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => this.#take(data);
    // Held for as long as the tab lives: what it has lent to an engine ends with it. Nothing is called before.
    void navigator.locks.request(lifeLock(this.#tab), () => {
      this.#post({ kind: "hello" });
      return new Promise(() => undefined);
    });
  }

  get state(): HomeState {
    return this.#state;
  }

  /** Waits for an engine, calls it, and gives what it answers. */
  call(target: Target, method: string, given: readonly unknown[]): Promise<unknown> {
    const { values, answered } = this.#ports.lend(given);
    const result = new Promise((resolve, reject) => {
      this.#count += 1;
      this.#calls.set(this.#count, { target, method, values, resolve, reject, engine: undefined });
      this.#send(this.#count);
    });
    result.then(answered, answered);
    return result;
  }

  /** How it stands with the connection is told at once, for it was perhaps told before. */
  subscribe(listener: (event: ClientEvent) => void): () => void {
    this.#listeners.add(listener);
    queueMicrotask(() => {
      if (this.#connection !== undefined) listener({ kind: "connection", state: this.#connection });
    });
    return () => this.#listeners.delete(listener);
  }

  watchState(listener: (state: HomeState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /** Has the engine look whether what is kept is still there. */
  check(): void {
    this.#post({ kind: "check" });
  }

  restart(): void {
    this.#hooks.restart();
    this.#post({ kind: "restart" });
  }

  /** What no engine can say for itself. The other tabs hear it too. */
  fail(state: HomeState): void {
    this.#become({ kind: "state", engine: "none", state, connection: undefined });
    this.#channel.postMessage({ kind: "state", engine: "none", state, connection: undefined } satisfies EngineMessage);
  }

  #take(message: Message): void {
    switch (message.kind) {
      case "state":
        return this.#become(message);
      case "event":
        if (message.engine === this.#engine) this.#tell(message.event);
        return;
      case "answer":
        if (message.tab === this.#tab) this.#answer(message.call, message.result);
        return;
      case "port-call":
        if (message.tab === this.#tab) void this.#lentCall(message);
        return;
      case "hello":
        if (this.#engine === "none") this.fail(this.#state);
        return;
      case "erased":
        return this.#beErased();
      case "restart":
        return this.#hooks.restart();
      default:
        return;
    }
  }

  #become({ engine, state, connection }: Standing): void {
    const isOther = engine !== this.#engine;
    const isChanged = isOther || state.kind !== this.#state.kind;
    this.#engine = engine;
    this.#state = state;
    if (isOther) this.#changeEngine();
    if (isChanged) for (const listener of [...this.#stateListeners]) listener(state);
    if (connection !== this.#connection && connection !== undefined)
      this.#tell({ kind: "connection", state: connection });
    this.#connection = connection;
    for (const call of [...this.#calls.keys()]) this.#send(call);
  }

  #beErased(): void {
    this.#hooks.erased();
    for (const [number, { method }] of this.#calls) {
      if (method === "erase") this.#answer(number, { kind: "value", value: undefined });
    }
    this.#become({ kind: "state", engine: undefined, state: { kind: "starting" }, connection: undefined });
  }

  /** Whether the one before has done what it was asked for is not known. */
  #changeEngine(): void {
    for (const [number, call] of this.#calls) {
      if (call.engine === undefined) continue;
      if (repeatable.has(call.method)) call.engine = undefined;
      else this.#answer(number, { kind: "error", error: new EngineError("engine-restarted").toJSON() });
    }
  }

  #send(number: number): void {
    const call = this.#calls.get(number);
    if (call === undefined || call.engine !== undefined || this.#engine === undefined) return;
    const { target, method, values } = call;
    const refusal = target === "client" ? refusalOf(this.#state) : undefined;
    if (refusal !== undefined) return this.#answer(number, { kind: "error", error: refusal });
    if (this.#engine === "none" || (target === "client" && this.#state.kind !== "ready")) return;
    call.engine = this.#engine;
    this.#post({ kind: "call", engine: this.#engine, tab: this.#tab, call: number, target, method, values });
  }

  #answer(number: number, result: Result): void {
    const call = this.#calls.get(number);
    this.#calls.delete(number);
    if (result.kind === "value") call?.resolve(result.value);
    else call?.reject(fromPlain(result.error));
  }

  async #lentCall({ call, port, method, values }: Extract<EngineMessage, { kind: "port-call" }>): Promise<void> {
    let result: Result;
    try {
      result = { kind: "value", value: await this.#ports.call(port, method, values) };
    } catch (error) {
      result = { kind: "error", error: toPlain(error) };
    }
    this.#post({ kind: "port-answer", tab: this.#tab, call, result });
  }

  #tell(event: ClientEvent): void {
    if (event.kind === "connection") this.#connection = event.state;
    for (const listener of [...this.#listeners]) listener(event);
  }

  #post(message: TabMessage): void {
    this.#channel.postMessage(message);
  }
}

/** Why a client's call cannot be made, and will not be by waiting. */
function refusalOf(state: HomeState) {
  if (state.kind === "locked") {
    return { code: "passphrase-needed", message: "This home is locked by a passphrase.", retry: false };
  }
  return state.kind === "failed" ? { ...state.error, retry: false } : undefined;
}
