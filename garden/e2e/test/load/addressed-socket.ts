import { once } from "node:events";
import { type CborValue, decodeCbor, encodeCbor } from "@redoubt/base";
import type { OpenSocket } from "@redoubt/transport";
import WebSocket from "ws";

/** Opens sockets as the product does, from an address of the loopback. */
export function openSocketFrom(localAddress: string): OpenSocket {
  return (url, listener) => {
    const socket = new WebSocket(url, { perMessageDeflate: false, localAddress });
    let cause: unknown;
    socket.on("error", (error) => {
      cause = error;
    });
    socket.on("close", (code) => listener.closed(code, cause));
    socket.on("message", (data) => listener.message(data as Buffer));
    return {
      send: (message) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(message);
      },
      close: () => socket.terminate(),
    };
  };
}

/** A socket of somebody who means harm: says what it likes, and reads when it likes. */
export class HostileSocket implements Disposable {
  readonly socket: WebSocket;
  /** What the relay has said unasked, by name. */
  readonly heard: string[] = [];
  #nextId = 1;
  readonly #open = new Map<number, (code: string) => void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("error", () => undefined);
    socket.on("message", (data) => this.#take(decodeCbor(data as Buffer)));
    socket.on("close", () => {
      for (const settle of this.#open.values()) settle("closed");
    });
  }

  /** @returns undefined if it is not let in */
  static async open(
    url: string,
    kind: "named" | "anonymous",
    localAddress: string,
  ): Promise<HostileSocket | undefined> {
    const socket = new WebSocket(`${url.replace(/^http/, "ws")}/v1/${kind}`, {
      perMessageDeflate: false,
      localAddress,
    });
    const hostile = new HostileSocket(socket);
    const isIn = await Promise.race([
      once(socket, "open").then(() => true),
      once(socket, "close").then(() => false),
    ]).catch(() => false);
    return isIn ? hostile : undefined;
  }

  /** @returns "ok", a code, or "closed" */
  ask(op: string, params: readonly CborValue[]): Promise<string> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      if (this.socket.readyState !== WebSocket.OPEN) return resolve("closed");
      this.#open.set(id, resolve);
      this.socket.send(encodeCbor([id, op, params]));
    });
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }

  #take(message: CborValue): void {
    const [id, kind, body] = message as readonly [number, boolean | string, readonly CborValue[]];
    if (id === 0) this.heard.push(String(kind));
    else this.#open.get(id)?.(kind === true ? "ok" : String(body[0]));
    this.#open.delete(id);
  }
}
