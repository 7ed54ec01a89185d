import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { decodeCbor } from "@redoubt/base";
import type { Frame, RelayCore, Session } from "@redoubt/relay-core";
import { closeCodes, type Request, readRequest } from "@redoubt/wire";
import { clientAddress, subjectOf } from "./address.js";
import { type ConnectionLimits, CountByAddress } from "./connection-limits.js";
import { answerHandshake } from "./handshake.js";
import { type InboundGuard, MemoryGuard } from "./memory-guard.js";
import type { Turn } from "./turn.js";
import { type SocketListener, WebSocket } from "./web-socket.js";

const kinds: Readonly<Record<string, "anonymous" | "named">> = { "/v1/anonymous": "anonymous", "/v1/named": "named" };
/** A connection that has not answered a ping for this long is gone. */
const pingEveryMs = 45_000;
/** How long connections may take to say goodbye. */
const goodbyeMs = 2_000;

/** The two WebSocket endpoints. */
export class SocketServer {
  readonly #core: RelayCore;
  readonly #turn: Turn;
  readonly #trustProxy: boolean;
  readonly #open = new Set<Connected>();
  readonly #pings: NodeJS.Timeout;
  readonly #limits: ConnectionLimits;
  readonly #guard: MemoryGuard;
  #left: () => void = () => undefined;

  constructor(options: {
    readonly core: RelayCore;
    readonly turn: Turn;
    readonly trustProxy: boolean;
    readonly limits: ConnectionLimits;
  }) {
    this.#core = options.core;
    this.#turn = options.turn;
    this.#trustProxy = options.trustProxy;
    this.#limits = options.limits;
    this.#guard = new MemoryGuard(options.limits);
    this.#pings = setInterval(() => this.#ping(), pingEveryMs);
  }

  /** Takes the upgrades of an HTTP server. */
  attach(server: Server): void {
    const counts = new CountByAddress(this.#limits.perAddress);
    server.maxConnections = this.#limits.inAll;
    // Behind a proxy all connections come from its address: there the upgrades are counted.
    if (!this.#trustProxy) {
      server.on("connection", (socket: Socket) => {
        const release = counts.admit(subjectOf(socket.remoteAddress));
        if (release === undefined) socket.destroy();
        else socket.once("close", release);
      });
    }
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on("error", () => socket.destroy());
      const kind = kinds[(request.url ?? "").split("?", 1)[0] as string];
      if (kind === undefined) return refuse(socket, "404 Not Found");
      const answer = answerHandshake(request);
      if (answer === undefined) return refuse(socket, "400 Bad Request");
      const address = clientAddress(request, this.#trustProxy);
      if (this.#core.rates.take(address, "connect") > 0) return refuse(socket, "429 Too Many Requests");
      if (this.#trustProxy) {
        const release = counts.admit(address);
        if (release === undefined) return refuse(socket, "429 Too Many Requests");
        socket.once("close", release);
      }
      socket.write(answer);
      this.#accept({ kind, socket, address, head });
    });
  }

  /** Sends a frame to every connection. */
  broadcast(frame: Frame): void {
    for (const { socket } of this.#open) socket.send(frame);
  }

  /** Open connections, by kind. */
  count(): { anonymous: number; named: number } {
    const count = { anonymous: 0, named: 0 };
    for (const { kind } of this.#open) count[kind] += 1;
    return count;
  }

  /** Says goodbye to every connection; ends after all have gone. */
  async close(): Promise<void> {
    clearInterval(this.#pings);
    this.#guard.stop();
    const left = new Promise<void>((resolve) => {
      this.#left = resolve;
    });
    if (this.#open.size === 0) return;
    const late = setTimeout(() => {
      for (const { socket } of this.#open) socket.terminate();
    }, goodbyeMs);
    for (const { socket } of this.#open) socket.close(closeCodes.goingAway);
    await left;
    clearTimeout(late);
  }

  #accept(upgraded: {
    readonly kind: "anonymous" | "named";
    readonly socket: Duplex;
    readonly address: string;
    readonly head: Buffer;
  }): void {
    const { kind, address } = upgraded;
    const socket = new WebSocket(upgraded.socket, this.#turn);
    const session = this.#core.connect(kind, socket, address);
    const inbound = this.#guard.guard(socket.writer, () => socket.terminate());
    const connected = new Connected({ kind, socket, session, inbound }, () => {
      this.#open.delete(connected);
      if (this.#open.size === 0) this.#left();
    });
    this.#open.add(connected);
    const { signInMs, firstRequestMs } = this.#limits;
    connected.expectUse(kind === "named" ? signInMs : firstRequestMs);
    socket.listen(connected, upgraded.head);
  }

  #ping(): void {
    for (const { socket } of this.#open) if (!socket.probe()) socket.terminate();
  }
}

/** One connection: hands its requests to its session. */
class Connected implements SocketListener {
  readonly kind: "anonymous" | "named";
  readonly socket: WebSocket;
  readonly #session: Session;
  readonly #inbound: InboundGuard;
  readonly #left: () => void;
  #deadline: NodeJS.Timeout | undefined;

  /** @param left called when the connection has gone */
  constructor(
    parts: {
      readonly kind: "anonymous" | "named";
      readonly socket: WebSocket;
      readonly session: Session;
      readonly inbound: InboundGuard;
    },
    left: () => void,
  ) {
    this.kind = parts.kind;
    this.socket = parts.socket;
    this.#session = parts.session;
    this.#inbound = parts.inbound;
    this.#left = left;
  }

  /** Ends the connection if nobody uses it in time. */
  expectUse(milliseconds: number): void {
    this.#deadline = setTimeout(() => {
      if (!this.#session.isInUse()) this.socket.close(closeCodes.idle);
    }, milliseconds);
  }

  message(payload: Buffer, isBinary: boolean): void {
    const request = isBinary ? toRequest(payload) : undefined;
    if (request === undefined) return this.socket.close(closeCodes.malformed);
    this.#session.handle(request);
    if (this.#deadline === undefined || !this.#session.isInUse()) return;
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  received(bytes: number, completed: boolean): void {
    this.#inbound.received(bytes, completed);
  }

  ended(): void {
    this.#inbound.leave();
    clearTimeout(this.#deadline);
    this.#left();
    this.#session.leave();
  }
}

function toRequest(data: Buffer): Request | undefined {
  try {
    return readRequest(decodeCbor(data));
  } catch {
    return undefined;
  }
}

function refuse(socket: Duplex, status: string): void {
  // Node leaves the other half open for as long as the client likes.
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
