import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { type CborValue, concatBytes, decodeCbor, encodeCbor, utf8 } from "@redoubt/base";
import {
  domains,
  type Op,
  type Params,
  type Result,
  readEvent,
  readResult,
  readServerMessage,
  requestMessage,
} from "@redoubt/wire";
import { WebSocket } from "ws";

export interface TestEvent {
  readonly name: string;
  readonly body: readonly unknown[];
}

/** Where a client comes from: another loopback address, or what it claims of itself. */
export interface ClientOptions {
  readonly localAddress?: string;
  readonly headers?: Record<string, string>;
}

/** A client of the wire alone: what it sends and gets is what is on the socket. */
export class TestClient implements AsyncDisposable {
  readonly socket: WebSocket;
  readonly events: TestEvent[] = [];
  nonce = new Uint8Array();
  powSalt = new Uint8Array();
  powBits = 0;
  closeCode: number | undefined;
  #nextId = 1;
  readonly #open = new Map<number, (answer: { result?: unknown; code?: string }) => void>();
  #wake: (() => void)[] = [];

  private constructor(url: string, options: ClientOptions) {
    this.socket = new WebSocket(url, { perMessageDeflate: false, ...options });
    this.socket.on("message", (data) => this.#receive(decodeCbor(data as Buffer)));
    this.socket.on("close", (code) => {
      this.closeCode = code;
      for (const settle of this.#open.values()) settle({ code: `closed ${code}` });
      this.#changed();
    });
    this.socket.on("error", () => {});
  }

  static async connect(
    relayUrl: string,
    kind: "anonymous" | "named",
    options: ClientOptions = {},
  ): Promise<TestClient> {
    const client = new TestClient(`${relayUrl.replace(/^http/, "ws")}/v1/${kind}`, options);
    const [, nonce, powSalt, powBits] = (await client.event("hello")).body as [number, Uint8Array, Uint8Array, number];
    Object.assign(client, { nonce, powSalt, powBits });
    return client;
  }

  /** The result; a refusal is thrown as an Error whose message is the code. */
  async call<Name extends Op>(op: Name, params: Params<Name>): Promise<Result<Name>> {
    const { result, code } = await this.ask(op, params as readonly CborValue[]);
    if (code !== undefined) throw new Error(code);
    const read = readResult(op, result);
    if ("refused" in read) throw new Error(`the relay's result of ${op} is ${read.refused}`);
    return read.value;
  }

  /** The code of a refusal, or "ok". */
  async codeOf(op: string, params: readonly CborValue[]): Promise<string> {
    return (await this.ask(op, params)).code ?? "ok";
  }

  ask(op: string, params: readonly CborValue[]): Promise<{ result?: unknown; code?: string }> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#open.set(id, resolve);
      this.socket.send(encodeCbor(requestMessage(id, op as Op, params as never) as CborValue));
    });
  }

  /** Sends messages in one write, so that they reach the relay in one turn of its event loop. */
  sendTogether(messages: readonly Uint8Array[]): void {
    const { _socket: stream } = this.socket as unknown as { readonly _socket: Socket };
    stream.cork();
    for (const message of messages) this.socket.send(message);
    stream.uncork();
  }

  /** Waits for an event of that name, and takes it. */
  async event(name: string): Promise<TestEvent> {
    for (;;) {
      const index = this.events.findIndex((event) => event.name === name);
      if (index >= 0) return this.events.splice(index, 1)[0] as TestEvent;
      if (this.closeCode !== undefined) throw new Error(`closed ${this.closeCode} while waiting for ${name}`);
      await this.#next();
    }
  }

  /** Waits until `count` events of that name are there, and takes them. */
  async take(name: string, count: number): Promise<(readonly unknown[])[]> {
    const taken: (readonly unknown[])[] = [];
    while (taken.length < count) taken.push((await this.event(name)).body);
    return taken;
  }

  async closed(): Promise<number> {
    if (this.closeCode === undefined) await once(this.socket, "close");
    return this.closeCode as number;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate();
    await this.closed();
  }

  /** A stamp for a context, with as much work as the relay asks for. */
  stamp(context: Uint8Array): Uint8Array {
    for (let counter = 0n; ; counter++) {
      const stamp = new Uint8Array(8);
      new DataView(stamp.buffer).setBigUint64(0, counter);
      const hash = sha256(concatBytes(utf8(domains.stamp), this.powSalt, context, stamp));
      const zeros = BigInt(`0x${Buffer.from(hash).toString("hex")}`)
        .toString(2)
        .padStart(256, "0")
        .indexOf("1");
      if (zeros >= this.powBits || zeros < 0) return stamp;
    }
  }

  async createLog(keys: LogKeys): Promise<void> {
    await this.call("create-log", [keys.logId, keys.write.publicKey, keys.owner.publicKey, this.stamp(keys.logId)]);
  }

  prove(logId: Uint8Array, key: Key): Promise<Result<"prove">> {
    return this.call("prove", [logId, key.sign(concatBytes(utf8(domains.prove), this.nonce, logId))]);
  }

  append(logId: Uint8Array, bytes: Uint8Array, entryId: Uint8Array = random(16)): Promise<number> {
    return this.call("append", [logId, entryId, bytes, null]).then(([seq]) => seq);
  }

  #receive(value: CborValue): void {
    const message = readServerMessage(value);
    if (message === undefined) throw new Error("the relay said something else");
    if (message.kind === "event") {
      const read = readEvent(message.name as "entry", message.body);
      if ("refused" in read) throw new Error(`an event ${message.name} that is ${read.refused}`);
      this.events.push({ name: message.name, body: read.value });
      this.#changed();
      return;
    }
    const settle = this.#open.get(message.id);
    this.#open.delete(message.id);
    settle?.(message.kind === "result" ? { result: message.result } : { code: message.code });
  }

  #next(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #changed(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }
}

export interface Key {
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

export interface LogKeys {
  readonly logId: Uint8Array;
  readonly write: Key;
  readonly owner: Key;
}

export function newKey(): Key {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), randomBytes(32)]);
  const privateKey: KeyObject = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const publicKey = new Uint8Array(createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32));
  return { publicKey, sign: (message) => new Uint8Array(sign(null, message, privateKey)) };
}

export function newLog(): LogKeys {
  return { logId: random(32), write: newKey(), owner: newKey() };
}

export function random(length: number): Uint8Array {
  return new Uint8Array(randomBytes(length));
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}
