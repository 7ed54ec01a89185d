import { opcodes } from "./frame.js";

/** Told of what comes in, in order. After `closed` or `broken` nothing follows. */
export interface FrameListener {
  /** @param payload may share memory with others of the same turn: what is kept must be copied */
  message(payload: Buffer, isBinary: boolean): void;
  ping(payload: Buffer): void;
  pong(): void;
  /** @param code what the client gave as its reason, if it gave one */
  closed(code: number | undefined): void;
  /** @param code why nothing more is read: 1002 or 1009 (RFC 6455 §7.4.1) */
  broken(code: number): void;
}

const protocolError = 1002;
const tooBig = 1009;
/** The longest payload of a control frame. */
const longestControl = 125;
const empty: Buffer = Buffer.alloc(0);

/**
 * Makes messages of what a WebSocket's client sends (RFC 6455 §5), without extensions. Frames that are whole within one
 * piece are read where they lie; of what is not, no more is held than four times what has come.
 */
export class FrameReader {
  readonly #listener: FrameListener;
  readonly #longest: number;
  /** The beginning of a frame, and how much of it there is. */
  #part = empty;
  #held = 0;
  /** Bytes without which there is nothing to do. */
  #wanted = 0;
  /** The beginning of a message in several frames, and its opcode; 0 if there is none. */
  #message = empty;
  #messageLength = 0;
  #opcode = 0;
  #hasEnded = false;

  /** @param longest message, in bytes */
  constructor(listener: FrameListener, longest: number) {
    this.#listener = listener;
    this.#longest = longest;
  }

  /** Takes the next piece. It is unmasked in place. */
  push(piece: Buffer): void {
    if (this.#hasEnded) return;
    if (this.#held === 0) return this.#read(piece);
    this.#part = append(this.#part, this.#held, piece, this.#wanted);
    this.#held += piece.length;
    if (this.#held < this.#wanted) return;
    const bytes = this.#part.subarray(0, this.#held);
    this.#part = empty;
    this.#held = 0;
    this.#read(bytes);
  }

  /** Reads the frames that are whole, and keeps a copy of the rest. */
  #read(bytes: Buffer): void {
    let at = 0;
    while (!this.#hasEnded) {
      const length = this.#lengthOfFrame(bytes, at);
      if (length === undefined) return;
      if (bytes.length - at < length) {
        this.#wanted = length;
        break;
      }
      this.#take(bytes, at, at + length);
      at += length;
    }
    if (this.#hasEnded || at === bytes.length) return;
    this.#held = bytes.length - at;
    this.#part = append(empty, 0, bytes.subarray(at), this.#held);
  }

  /** Bytes of the frame at `at`, or of the part of its head that tells more; undefined if it may not be. */
  #lengthOfFrame(bytes: Buffer, at: number): number | undefined {
    if (bytes.length - at < 2) return 2;
    const first = bytes[at] as number;
    const second = bytes[at + 1] as number;
    const opcode = first & 0x0f;
    const isControl = opcode >= opcodes.close;
    const isKnown = opcode <= opcodes.binary || (isControl && opcode <= opcodes.pong);
    // No extension was agreed on, and a client masks what it sends.
    if (!isKnown || (first & 0x70) !== 0 || second < 0x80) return this.#break(protocolError);
    const short = second & 0x7f;
    if (isControl && (short > longestControl || first < 0x80)) return this.#break(protocolError);
    if (!isControl && (opcode === opcodes.continuation) === (this.#opcode === 0)) return this.#break(protocolError);
    const head = short < 126 ? 6 : short === 126 ? 8 : 14;
    if (bytes.length - at < head) return head;
    const length = payloadLength(bytes, at, short);
    if (!isControl && length > this.#longest - this.#messageLength) return this.#break(tooBig);
    return head + length;
  }

  #take(bytes: Buffer, at: number, end: number): void {
    const first = bytes[at] as number;
    const short = (bytes[at + 1] as number) & 0x7f;
    const maskAt = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    unmask(bytes, maskAt, end);
    const payload = bytes.subarray(maskAt + 4, end);
    const opcode = first & 0x0f;
    if (opcode >= opcodes.close) return this.#takeControl(opcode, payload);
    if (first >= 0x80 && opcode !== opcodes.continuation) {
      return this.#listener.message(payload, opcode === opcodes.binary);
    }
    if (opcode !== opcodes.continuation) this.#opcode = opcode;
    this.#message = append(this.#message, this.#messageLength, payload, this.#longest);
    this.#messageLength += payload.length;
    if (first >= 0x80) this.#endMessage();
  }

  #endMessage(): void {
    const message = this.#message.subarray(0, this.#messageLength);
    const isBinary = this.#opcode === opcodes.binary;
    this.#message = empty;
    this.#messageLength = 0;
    this.#opcode = 0;
    this.#listener.message(message, isBinary);
  }

  #takeControl(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.ping) return this.#listener.ping(payload);
    if (opcode === opcodes.pong) return this.#listener.pong();
    const code = payload.length >= 2 ? payload.readUInt16BE(0) : undefined;
    if (payload.length === 1 || (code !== undefined && !maySay(code))) {
      this.#break(protocolError);
      return;
    }
    this.#hasEnded = true;
    this.#listener.closed(code);
  }

  #break(code: number): undefined {
    this.#hasEnded = true;
    this.#part = empty;
    this.#message = empty;
    this.#listener.broken(code);
  }
}

function payloadLength(bytes: Buffer, at: number, short: number): number {
  if (short < 126) return short;
  return short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
}

function unmask(bytes: Buffer, maskAt: number, end: number): void {
  const [a, b, c, d] = bytes.subarray(maskAt, maskAt + 4) as unknown as [number, number, number, number];
  let i = maskAt + 4;
  for (; i + 3 < end; i += 4) {
    bytes[i] = (bytes[i] as number) ^ a;
    bytes[i + 1] = (bytes[i + 1] as number) ^ b;
    bytes[i + 2] = (bytes[i + 2] as number) ^ c;
    bytes[i + 3] = (bytes[i + 3] as number) ^ d;
  }
  const rest = [a, b, c];
  for (let k = 0; i < end; i++, k++) bytes[i] = (bytes[i] as number) ^ (rest[k] as number);
}

/** Adds bytes to the first `length` of a buffer, in a larger one (up to `most`, if that is enough) where it must be. */
function append(buffer: Buffer, length: number, bytes: Buffer, most: number): Buffer {
  const needed = length + bytes.length;
  let target = buffer;
  if (needed > buffer.length) {
    target = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(4 * buffer.length, most)));
    target.set(buffer.subarray(0, length));
  }
  target.set(bytes, length);
  return target;
}

/** Whether an endpoint may give this as its reason (RFC 6455 §7.4). */
function maySay(code: number): boolean {
  return (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);
}
