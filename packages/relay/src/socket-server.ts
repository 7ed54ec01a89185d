import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { decodeCbor } from "@redoubt/base";
import type { Frame, Peer, RelayCore, Session } from "@redoubt/relay-core";
import { closeCodes, limits, type Request, readRequest } from "@redoubt/wire";
import { type WebSocket, WebSocketServer } from "ws";
import { clientAddress, subjectOf } from "./address.js";
import { type ConnectionLimits, CountByAddress } from "./connection-limits.js";
import { FramedWriter } from "./framed-writer.js";
import { MemoryGuard } from "./memory-guard.js";
import type { Turn } from "./turn.js";

const kinds: Readonly<Record<string, "anonymous" | "named">> = { "/v1/anonymous": "anonymous", "/v1/named": "named" };
/** A connection that has not answered a ping for this long is gone. */
const pingEveryMs = 45_000;
/** How long connections may take to say goodbye. */
const goodbyeMs = 2_000;

interface Open {
  readonly kind: "anonymous" | "named";
  readonly socket: WebSocket;
  readonly writer: FramedWriter;
  answered: boolean;
}

/** The two WebSocket endpoints. */
export class SocketServer {
  readonly #core: RelayCore;
  readonly #turn: Turn;
  readonly #trustProxy: boolean;
  readonly #server: WebSocketServer;
  readonly #open = new Set<Open>();
  readonly #pings: NodeJS.Timeout;
  readonly #limits: ConnectionLimits;
  readonly #guard: MemoryGuard;

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
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.frame,
    });
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
      const address = clientAddress(request, this.#trustProxy);
      if (this.#core.rates.take(address, "connect") > 0) return refuse(socket, "429 Too Many Requests");
      if (this.#trustProxy) {
        const release = counts.admit(address);
        if (release === undefined) return refuse(socket, "429 Too Many Requests");
        socket.once("close", release);
      }
      this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#accept(kind, webSocket, socket, address));
    });
  }

  /** Sends a frame to every connection. */
  broadcast(frame: Frame): void {
    for (const { writer } of this.#open) writer.send(frame as Buffer);
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
    const goodbyes = [...this.#open].map(
      ({ socket, writer }) =>
        new Promise<void>((resolve) => {
          const late = setTimeout(() => socket.terminate(), goodbyeMs);
          socket.once("close", () => {
            clearTimeout(late);
            resolve();
          });
          writer.close();
          socket.close(closeCodes.goingAway);
        }),
    );
    await Promise.all(goodbyes);
  }

  #accept(kind: "anonymous" | "named", socket: WebSocket, stream: Duplex, address: string): void {
    const writer = new FramedWriter(stream, this.#turn);
    const session = this.#core.connect(kind, createPeer(socket, writer), address);
    const { signInMs, firstRequestMs } = this.#limits;
    const deadline = setTimeout(
      () => {
        if (session.isInUse()) return;
        writer.close();
        socket.close(closeCodes.idle);
      },
      kind === "named" ? signInMs : firstRequestMs,
    );
    const open: Open = { kind, socket, writer, answered: true };
    this.#open.add(open);
    const inbound = this.#guard.guard(writer, () => socket.terminate());
    let isComplete = false;
    socket.on("message", (data, isBinary) => {
      isComplete = true;
      receive(data as Buffer, isBinary, session, socket, writer);
    });
    // Added after the one of ws, so that by now it has made messages of these bytes.
    stream.on("data", (bytes: Buffer) => {
      inbound.received(bytes.length, isComplete);
      isComplete = false;
    });
    socket.on("pong", () => {
      open.answered = true;
    });
    // ws reports here what it then closes the connection for: a frame that is too long, or none at all.
    socket.on("error", () => writer.close());
    socket.on("close", () => {
      writer.close();
      inbound.leave();
      clearTimeout(deadline);
      this.#open.delete(open);
      session.leave();
    });
  }

  #ping(): void {
    for (const open of this.#open) {
      if (!open.answered) open.socket.terminate();
      open.answered = false;
      open.socket.ping();
    }
  }
}

function createPeer(socket: WebSocket, writer: FramedWriter): Peer {
  return {
    send: (frame) => {
      writer.send(frame as Buffer);
      // Answers are small and reads are refused long before: only who never reads comes here.
      if (writer.backlog() <= 2 * limits.sendBuffer + limits.frame) return;
      writer.close();
      socket.terminate();
    },
    backlog: () => writer.backlog(),
    whenDrained: (callback) => writer.whenDrained(callback),
    close: (code) => {
      writer.close();
      socket.close(code);
    },
  };
}

function receive(data: Buffer, isBinary: boolean, session: Session, socket: WebSocket, writer: FramedWriter): void {
  if (socket.readyState !== socket.OPEN) return;
  const request = isBinary ? toRequest(data) : undefined;
  if (request !== undefined) return session.handle(request);
  writer.close();
  socket.close(closeCodes.malformed);
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
