import type { Duplex } from "node:stream";
import type { Frame, Peer } from "@redoubt/relay-core";
import { limits } from "@redoubt/wire";
import { frameBytes, frameClose, opcodes } from "./frame.js";
import { type FrameListener, FrameReader } from "./frame-reader.js";
import { FramedWriter } from "./framed-writer.js";
import type { Turn } from "./turn.js";

/** Told of what happens on a connection. */
export interface SocketListener {
  /** @param payload as of `FrameListener`. Not called once the connection is closing */
  message(payload: Buffer, isBinary: boolean): void;
  /** After all messages of a piece. @param completed whether it ended one */
  received(bytes: number, completed: boolean): void;
  /** Once, when the connection has gone. */
  ended(): void;
}

/** How long a client may take to say goodbye. */
const goodbyeMs = 30_000;
const pingFrame = frameBytes(opcodes.ping, new Uint8Array());

/** The relay's end of one WebSocket (RFC 6455), from the handshake on. */
export class WebSocket implements Peer, FrameListener {
  readonly writer: FramedWriter;
  readonly #stream: Duplex;
  readonly #reader: FrameReader;
  #listener: SocketListener | undefined;
  #isOpen = true;
  #isAnswering = true;
  #completed = false;
  #late: NodeJS.Timeout | undefined;

  constructor(stream: Duplex, turn: Turn) {
    this.#stream = stream;
    this.writer = new FramedWriter(stream, turn);
    this.#reader = new FrameReader(this, limits.frame);
  }

  /** Begins to read. @param head what came with the handshake already */
  listen(listener: SocketListener, head: Buffer): void {
    this.#listener = listener;
    this.#stream.on("data", (piece: Buffer) => this.#receive(piece));
    this.#stream.on("end", () => this.#leave());
    this.#stream.on("close", () => this.#end());
    if (head.length > 0) this.#receive(head);
  }

  send(frame: Frame): void {
    this.writer.send(frame as Buffer);
    // Answers are small and reads are refused long before: only who never reads comes here.
    if (this.writer.backlog() > 2 * limits.sendBuffer + limits.frame) this.terminate();
  }

  backlog(): number {
    return this.writer.backlog();
  }

  whenDrained(callback: () => void): void {
    this.writer.whenDrained(callback);
  }

  /** Says goodbye after what is queued, and waits for the other to say it too. */
  close(code: number): void {
    if (!this.#isOpen) return;
    this.writer.send(frameClose(code));
    this.#shut();
  }

  /** Ends the connection at once. */
  terminate(): void {
    this.#isOpen = false;
    this.writer.close();
    this.#stream.destroy();
  }

  /** Asks whether the client is there still. @returns whether it has answered the last time */
  probe(): boolean {
    const isAnswering = this.#isAnswering;
    this.#isAnswering = false;
    this.writer.send(pingFrame);
    return isAnswering;
  }

  message(payload: Buffer, isBinary: boolean): void {
    this.#completed = true;
    if (this.#isOpen) this.#listener?.message(payload, isBinary);
  }

  ping(payload: Buffer): void {
    this.send(frameBytes(opcodes.pong, payload));
  }

  pong(): void {
    this.#isAnswering = true;
  }

  closed(code: number | undefined): void {
    if (this.#isOpen)
      this.writer.send(code === undefined ? frameBytes(opcodes.close, new Uint8Array()) : frameClose(code));
    this.#leave();
  }

  /** What still comes is read and dropped: a connection with unread bytes would be reset before the reason arrives. */
  broken(code: number): void {
    this.close(code);
    this.#stream.end();
  }

  #receive(piece: Buffer): void {
    const { length } = piece;
    this.#reader.push(piece);
    this.#listener?.received(length, this.#completed);
    this.#completed = false;
  }

  #leave(): void {
    this.#shut();
    this.#stream.end();
  }

  #shut(): void {
    this.#isOpen = false;
    this.writer.close();
    this.#late ??= setTimeout(() => this.#stream.destroy(), goodbyeMs);
  }

  #end(): void {
    clearTimeout(this.#late);
    this.#isOpen = false;
    this.writer.close();
    this.#listener?.ended();
    this.#listener = undefined;
  }
}
