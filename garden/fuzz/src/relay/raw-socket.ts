import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { within } from "@redoubt/testkit";

/** A WebSocket as bytes: every frame is made by hand, so that any can be wrong. */
export class RawSocket {
  readonly #socket: Socket;
  #input: Buffer = Buffer.alloc(0);
  #isUpgraded = false;
  #wake: (() => void)[] = [];
  /** Contents of binary messages that have come, not yet taken. */
  readonly messages: Uint8Array[] = [];
  /** Set once the connection has ended: the close code, 1006 without one. */
  closeCode: number | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes) => this.#take(bytes));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.closeCode ??= 1006;
      this.#changed();
    });
  }

  /** @param url of the relay, http: */
  static open(url: string, path: string): RawSocket {
    const { hostname, port } = new URL(url);
    const socket = new RawSocket(connect({ host: hostname, port: Number(port), noDelay: true }));
    socket.write(
      Buffer.from(
        `GET ${path} HTTP/1.1\r\nHost: relay\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
      ),
    );
    return socket;
  }

  write(bytes: Uint8Array): void {
    if (this.closeCode === undefined) this.#socket.write(bytes);
  }

  send(message: Uint8Array): void {
    this.write(frameOf(message));
  }

  /** Ends our half. */
  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** The next message; undefined once the connection has ended. */
  async next(what: string): Promise<Uint8Array | undefined> {
    while (this.messages.length === 0 && this.closeCode === undefined) {
      await within(new Promise<void>((resolve) => this.#wake.push(resolve)), () => what);
    }
    return this.messages.shift();
  }

  #take(bytes: Buffer): void {
    this.#input = this.#input.length === 0 ? bytes : Buffer.concat([this.#input, bytes]);
    if (!this.#isUpgraded) {
      const end = this.#input.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.#isUpgraded = true;
      this.#input = this.#input.subarray(end + 4);
    }
    while (this.#takeFrame());
    this.#changed();
  }

  #takeFrame(): boolean {
    const input = this.#input;
    if (input.length < 2) return false;
    const short = (input[1] as number) & 0x7f;
    const at = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (input.length < at) return false;
    const length = short < 126 ? short : short === 126 ? input.readUInt16BE(2) : Number(input.readBigUInt64BE(2));
    if (input.length < at + length) return false;
    const payload = new Uint8Array(input.subarray(at, at + length));
    const opcode = (input[0] as number) & 15;
    if (opcode === 9) this.write(frameOf(payload, { first: 0x8a }));
    if (opcode === 2) this.messages.push(payload);
    if (opcode === 8) {
      this.closeCode = payload.length >= 2 ? ((payload[0] as number) << 8) | (payload[1] as number) : 1005;
      this.#socket.end();
    }
    this.#input = input.subarray(at + length);
    return true;
  }

  #changed(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }
}

/** What a frame says of itself (RFC 6455 §5.2). */
export interface FrameHead {
  /** FIN and opcode, and the reserved bits: 0x82 for one whole binary message. */
  readonly first?: number;
  readonly isMasked?: boolean;
  /** Where it is not the payload's. */
  readonly length?: number | bigint;
}

/** A client's frame, with a mask of zeros. */
export function frameOf(payload: Uint8Array, { first = 0x82, isMasked = true, length }: FrameHead = {}): Uint8Array {
  const declared = length ?? payload.length;
  const long = declared < 126 ? 0 : declared < 65_536 ? 2 : 8;
  const frame = new Uint8Array(2 + long + (isMasked ? 4 : 0) + payload.length);
  frame[0] = first;
  frame[1] = (isMasked ? 0x80 : 0) | (long === 0 ? Number(declared) : long === 2 ? 126 : 127);
  const view = new DataView(frame.buffer);
  if (long === 2) view.setUint16(2, Number(declared));
  if (long === 8) view.setBigUint64(2, BigInt(declared));
  frame.set(payload, frame.length - payload.length);
  return frame;
}
