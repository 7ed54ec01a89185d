import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type CborValue, decodeCbor, encodeCbor } from "@redoubt/base";

const entryEvent = Buffer.from([0x83, 0x00, 0x65, 0x65]);
let addresses = 0;

/**
 * A WebSocket to a relay that does as little as it can, so that the one who makes the load does not starve who bears
 * it: it counts entries without decoding them. Every socket comes from an address of its own, by `X-Forwarded-For`,
 * for the limits of one address are not what is measured.
 */
export class RelaySocket {
  /** Called for every entry of a watched log. */
  onEntry: () => void = () => undefined;
  nonce = new Uint8Array();
  readonly #socket: Socket;
  readonly #open = new Map<number, { resolve: (result: CborValue) => void; reject: (error: Error) => void }>();
  #nextId = 1;
  #rest: Buffer = Buffer.alloc(0);
  #hello: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** @param url the relay's origin, http */
  static async connect(url: string): Promise<RelaySocket> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, "connect");
    const key = randomBytes(16).toString("base64");
    addresses += 1;
    socket.write(
      `GET /v1/anonymous HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n` +
        `X-Forwarded-For: 10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}\r\n\r\n`,
    );
    const client = new RelaySocket(socket);
    const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    await client.#begin(accept);
    return client;
  }

  /** What the relay answers. @throws Error with its code */
  call(op: string, params: readonly CborValue[]): Promise<CborValue> {
    const id = this.#nextId++;
    const answer = new Promise<CborValue>((resolve, reject) => this.#open.set(id, { resolve, reject }));
    this.#send(0x82, encodeCbor([id, op, params]));
    return answer;
  }

  close(): void {
    this.#socket.destroy();
  }

  #begin(accept: string): Promise<void> {
    return new Promise((resolve, reject) => {
      let head = Buffer.alloc(0);
      const takeHead = (bytes: Buffer) => {
        head = Buffer.concat([head, bytes]);
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        this.#socket.off("data", takeHead);
        if (!head.includes(accept)) return reject(new Error(head.toString("latin1", 0, end)));
        this.#hello = resolve;
        this.#socket.on("data", (more) => this.#receive(more));
        this.#receive(head.subarray(end + 4));
      };
      this.#socket.on("data", takeHead);
      this.#socket.on("error", reject);
      this.#socket.on("close", () => {
        reject(new Error("the relay closed the connection"));
        for (const open of this.#open.values()) open.reject(new Error("the relay closed the connection"));
      });
    });
  }

  #send(first: number, payload: Uint8Array): void {
    const mask = randomBytes(4);
    const { length } = payload;
    const head = length < 126 ? 2 : 4;
    const frame = Buffer.allocUnsafe(head + 4 + length);
    frame[0] = first;
    frame[1] = 0x80 | (head === 2 ? length : 126);
    if (head === 4) frame.writeUInt16BE(length, 2);
    frame.set(mask, head);
    for (let i = 0; i < length; i++) frame[head + 4 + i] = (payload[i] ?? 0) ^ (mask[i & 3] ?? 0);
    this.#socket.write(frame);
  }

  #receive(bytes: Buffer): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let at = 0;
    while (all.length - at >= 4) {
      const short = (all[at + 1] ?? 0) & 127;
      if (short === 127) throw new Error("a frame longer than anything asked for");
      const start = at + (short < 126 ? 2 : 4);
      const end = start + (short < 126 ? short : all.readUInt16BE(at + 2));
      if (end > all.length) break;
      this.#take((all[at] ?? 0) & 15, all.subarray(start, end));
      at = end;
    }
    this.#rest = all.subarray(at);
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === 9) return this.#send(0x8a, payload);
    if (opcode !== 2) return;
    if (payload.subarray(0, 4).equals(entryEvent)) return this.onEntry();
    const [id, isResult, body] = decodeCbor(payload) as [number, boolean | string, CborValue[]];
    if (id === 0) {
      if (isResult !== "hello") throw new Error(`the relay said ${String(isResult)}`);
      this.nonce = body[1] as Uint8Array<ArrayBuffer>;
      return this.#hello();
    }
    const open = this.#open.get(id);
    this.#open.delete(id);
    if (isResult === true) open?.resolve(body);
    else open?.reject(new Error(String(body[0])));
  }
}
