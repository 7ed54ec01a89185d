import { createHash, randomBytes } from "node:crypto";
import { type CborValue, decodeCbor, encodeCbor } from "@redoubt/base";
import { type EventBody, type EventName, type Op, type RelayErrorCode, readRequest } from "@redoubt/wire";
import type { Socket, SocketListener, TransportPorts } from "../src/index.js";
import { ManualTime } from "./manual-time.js";

export const nonce = new Uint8Array(32).fill(7);
export const salt = new Uint8Array(16).fill(9);

/** A request that has come in on a socket. */
export interface TakenRequest {
  readonly id: number;
  readonly op: string;
  readonly params: readonly CborValue[];
}

/** The relay's end of one socket in memory: tests say what it answers. */
class MemorySocket implements Socket {
  readonly requests: TakenRequest[] = [];
  isClosed = false;
  readonly #listener: SocketListener;

  constructor(
    readonly url: string,
    listener: SocketListener,
  ) {
    this.#listener = listener;
  }

  send(message: Uint8Array): void {
    const request = readRequest(decodeCbor(message));
    if (request === undefined) throw new Error("the transport sent what is no request");
    this.requests.push(request as TakenRequest);
  }

  close(): void {
    this.isClosed = true;
  }

  /** Says anything at all. */
  say(message: CborValue): void {
    this.sayBytes(encodeCbor(message));
  }

  sayBytes(bytes: Uint8Array): void {
    this.#listener.message(bytes);
  }

  greet(powBits = 0): void {
    this.say([0, "hello", [1, nonce, salt, powBits]]);
  }

  event<Name extends EventName>(name: Name, body: EventBody<Name>): void {
    this.say([0, name, body as CborValue]);
  }

  /** The newest request of an operation. */
  last(op: Op): TakenRequest {
    const request = this.requests.findLast((one) => one.op === op);
    if (request === undefined) throw new Error(`no ${op} came in`);
    return request;
  }

  /** Answers the newest request of an operation. */
  answer(op: Op, result: CborValue): void {
    this.say([this.last(op).id, true, result]);
  }

  refuse(op: Op, code: RelayErrorCode, retryAfter: number | null = null): void {
    this.say([this.last(op).id, false, [code, retryAfter]]);
  }

  /** The socket breaks off, or is closed by the relay. */
  drop(code = 1006): void {
    this.isClosed = true;
    this.#listener.closed(code);
  }
}

/** A relay in memory, with a clock that tests turn. */
export class MemoryRelay {
  readonly time = new ManualTime();
  readonly sockets: MemorySocket[] = [];
  readonly ports: TransportPorts = {
    clock: this.time.clock,
    schedule: this.time.schedule,
    random: (length) => Uint8Array.from(randomBytes(length)),
    sha256: (bytes) => Uint8Array.from(createHash("sha256").update(bytes).digest()),
    openSocket: (url, listener) => {
      const socket = new MemorySocket(url, listener);
      this.sockets.push(socket);
      return socket;
    },
    sendHttp: () => ({ answer: Promise.reject(new Error("there is no HTTP here")), abort: () => undefined }),
  };

  /** The socket that was opened last. */
  get socket(): MemorySocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("no socket was opened");
    return socket;
  }
}

/** Lets everything run that waits for nothing. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
