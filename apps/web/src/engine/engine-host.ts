import type { Client } from "@redoubt/client";
import { BorrowedPorts } from "./borrowed-ports.js";
import { EngineError, toPlain } from "./engine-error.js";
import { type Connection, channelName, type EngineMessage, type Message, type TabMessage } from "./engine-messages.js";
import type { HomeState } from "./remote-home.js";
import { TabCalls } from "./tab-calls.js";

/** What a home answers to besides its state. */
export type HomeCalls = Readonly<Record<string, (...values: readonly never[]) => Promise<unknown>>>;

type Call = Extract<TabMessage, { kind: "call" }>;

/** Serves the one client of this browser to all its tabs. */
export class EngineHost {
  readonly #engine: string;
  readonly #channel = new BroadcastChannel(channelName);
  readonly #tabs: TabCalls;
  readonly #ports: BorrowedPorts;
  readonly #home: HomeCalls;
  readonly #check: () => void;
  #client: Client | undefined;
  #state: HomeState = { kind: "starting" };
  #connection: Connection | undefined;

  /** @param check looks whether what is kept is still there */
  constructor(engine: string, home: HomeCalls, check: () => void) {
    this.#engine = engine;
    this.#home = home;
    this.#check = check;
    this.#tabs = new TabCalls({
      post: (tab, call, port, method, values) =>
        this.#post({ kind: "port-call", engine, tab, call, port, method, values }),
      left: (tab) => this.#ports.forget(tab),
    });
    this.#ports = new BorrowedPorts((tab, port, method, values) => this.#tabs.call(tab, port, method, values));
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => this.#take(data);
    this.#tell();
  }

  /** Hands the client out to the tabs, which have waited for it. */
  serve(client: Client): void {
    this.#client = client;
    client.subscribe((event) => {
      if (event.kind === "connection") this.#connection = event.state;
      this.#post({ kind: "event", engine: this.#engine, event });
    });
    this.become({ kind: "ready" });
  }

  become(state: HomeState): void {
    this.#state = state;
    this.#tell();
  }

  tellErased(): void {
    this.#post({ kind: "erased" });
  }

  #take(message: Message): void {
    switch (message.kind) {
      case "hello":
        return this.#tell();
      case "check":
        return this.#check();
      case "call":
        if (message.engine === this.#engine) this.#call(message);
        return;
      case "abort":
        return this.#ports.abort(message.tab, message.port);
      case "port-answer":
        return this.#tabs.answer(message.call, message.result);
      default:
        return;
    }
  }

  #call({ tab, call, target, method, values }: Call): void {
    this.#tabs.meet(tab);
    const work = async () => this.#methodOf(target, method)(...values.map((value) => this.#ports.borrow(tab, value)));
    work()
      .then((value) => this.#post({ kind: "answer", tab, call, result: { kind: "value", value } }))
      .catch((error) => this.#post({ kind: "answer", tab, call, result: { kind: "error", error: toPlain(error) } }));
  }

  #methodOf(target: Call["target"], method: string): (...values: readonly unknown[]) => unknown {
    const object = (target === "home" ? this.#home : this.#client) as Record<string, unknown> | undefined;
    const found = object?.[method];
    if (object === undefined || typeof found !== "function") throw new EngineError("internal", `no ${method}`);
    return found.bind(object);
  }

  #tell(): void {
    this.#post({ kind: "state", engine: this.#engine, state: this.#state, connection: this.#connection });
  }

  #post(message: EngineMessage): void {
    this.#channel.postMessage(message);
  }
}
