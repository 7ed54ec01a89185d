import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

type Direction = "up" | "down";

/** One connection through the proxy: up to the relay, down to the client. */
export class ProxiedConnection {
  readonly #ends: Readonly<Record<Direction, Socket>>;
  readonly #recorded: Record<Direction, Buffer[]> = { up: [], down: [] };
  readonly #held: Record<Direction, Buffer[] | undefined> = { up: undefined, down: undefined };
  readonly #whenHeld: Record<Direction, Array<() => void>> = { up: [], down: [] };
  readonly #delays: Record<Direction, number> = { up: 0, down: 0 };
  /** What is delayed, in order, whatever the delays were. */
  readonly #delayed: Record<Direction, Buffer[]> = { up: [], down: [] };

  /** @param client the accepted socket @param relay the one to the relay */
  constructor(client: Socket, relay: Socket) {
    this.#ends = { up: relay, down: client };
    client.on("data", (bytes) => this.#pass("up", bytes));
    relay.on("data", (bytes) => this.#pass("down", bytes));
    for (const [end, other] of [
      [client, relay],
      [relay, client],
    ] as const) {
      end.on("error", () => undefined);
      end.on("close", () => other.destroy());
    }
  }

  /** All that came in so far, passed on or not. */
  recorded(direction: Direction): Buffer {
    return Buffer.concat(this.#recorded[direction]);
  }

  /**
   * Passes nothing on, until `release`: what another connection carries meanwhile comes before it.
   *
   * @returns settles when there is something that was held back
   */
  hold(direction: Direction): Promise<void> {
    this.#held[direction] ??= [];
    return new Promise((resolve) => this.#whenHeld[direction].push(resolve));
  }

  /** Passes on what was held, in order. */
  release(direction: Direction): void {
    const held = this.#held[direction] ?? [];
    this.#held[direction] = undefined;
    for (const bytes of held) this.#deliver(direction, bytes);
  }

  /** Passes on so many milliseconds later from now on. */
  delay(direction: Direction, milliseconds: number): void {
    this.#delays[direction] = milliseconds;
  }

  /** Breaks the connection off on both sides; what is held or delayed is lost. */
  cut(): void {
    for (const end of Object.values(this.#ends)) end.resetAndDestroy();
  }

  #pass(direction: Direction, bytes: Buffer): void {
    this.#recorded[direction].push(bytes);
    const held = this.#held[direction];
    if (held === undefined) {
      this.#deliver(direction, bytes);
      return;
    }
    held.push(bytes);
    for (const tell of this.#whenHeld[direction].splice(0)) tell();
  }

  #deliver(direction: Direction, bytes: Buffer): void {
    const delayed = this.#delayed[direction];
    delayed.push(bytes);
    const passOn = () => {
      const next = delayed.shift();
      const end = this.#ends[direction];
      if (next !== undefined && !end.destroyed) end.write(next);
    };
    if (this.#delays[direction] > 0 || delayed.length > 1) setTimeout(passOn, this.#delays[direction]);
    else passOn();
  }
}

/** Stands between clients and a relay: records, delays, holds back and cuts, connection by connection. */
export class TcpProxy implements AsyncDisposable {
  /** Of all time, in the order in which they came. */
  readonly connections: ProxiedConnection[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isRefusing = false;

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#server = createServer((client) => this.#accept(client, target));
  }

  /** @param origin of the relay: `http://host:port` */
  static async start(origin: string): Promise<TcpProxy> {
    const { hostname, port } = new URL(origin);
    const proxy = new TcpProxy({ host: hostname, port: Number(port) });
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  /** Its own origin, to be used in the place of the relay's. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts what is open and lets nobody in, until `admit`. */
  refuse(): void {
    this.#isRefusing = true;
    this.cutAll();
  }

  admit(): void {
    this.#isRefusing = false;
  }

  cutAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.cutAll();
    await once(this.#server, "close");
  }

  #accept(client: Socket, target: { readonly host: string; readonly port: number }): void {
    if (this.#isRefusing) {
      client.on("error", () => undefined);
      client.resetAndDestroy();
      return;
    }
    const relay = connect(target);
    for (const socket of [client, relay]) {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    }
    this.connections.push(new ProxiedConnection(client, relay));
  }
}
