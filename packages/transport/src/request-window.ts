import { type CborValue, type CodedError, encodeCbor } from "@redoubt/base";
import {
  limits,
  type Op,
  type Params,
  type RelayErrorCode,
  type Result,
  readParams,
  readResult,
  relayErrors,
  requestMessage,
  type ServerMessage,
} from "@redoubt/wire";
import { RelayError, TransportError } from "./error.js";
import type { Schedule } from "./platform.js";

/** How long the relay may take for an answer, in milliseconds. */
const answerTime = 30_000;
/** The slowest uplink that is given time for what was sent and not answered: bytes in a millisecond. */
const slowestUplink = 16;

/** Bytes of requests on their way at once: what stands in the platform's buffers is bounded by it. */
const openBytesLimit = 8 * 1_024 * 1_024;
const waitingLimit = 1_024;
const waitingBytesLimit = 32 * 1_024 * 1_024;

interface WaitingRequest {
  readonly id: number;
  readonly op: Op;
  readonly frame: Uint8Array;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: CodedError) => void;
}

interface OpenRequest extends WaitingRequest {
  readonly cancelTimer: () => void;
}

/** What a window stands on. */
interface WindowPorts {
  readonly schedule: Schedule;
  readonly send: (frame: Uint8Array) => void;
  /** How many messages have come in. */
  readonly heard: () => number;
  /** A request was not answered in time, and nothing else was heard either since it was sent. */
  readonly onSilence: () => void;
}

/**
 * The requests of one connection: at most 64 and 8 MiB of them are on their way, the others wait their turn in order.
 */
export class RequestWindow {
  readonly #ports: WindowPorts;
  readonly #open = new Map<number, OpenRequest>();
  readonly #waiting: WaitingRequest[] = [];
  #openBytes = 0;
  #waitingBytes = 0;
  #lastId = 0;

  constructor(ports: WindowPorts) {
    this.#ports = ports;
  }

  /**
   * @returns the result, of the contract's form
   * @throws RelayError, TransportError `bad-request`, `busy`, `timeout`, `bad-answer`, and what `fail` is given
   */
  request<Name extends Op>(op: Name, params: Params<Name>): Promise<Result<Name>> {
    return new Promise<Result<Name>>((resolve, reject) => {
      if ("refused" in readParams(op, params)) throw new TransportError("bad-request", op);
      const id = this.#takeId();
      const frame = encodeCbor(requestMessage(id, op, params) as CborValue);
      if (this.#waiting.length >= waitingLimit || this.#waitingBytes + frame.length > waitingBytesLimit) {
        throw new TransportError("busy");
      }
      this.#waiting.push({ id, op, frame, resolve: resolve as (result: unknown) => void, reject });
      this.#waitingBytes += frame.length;
      this.#sendWaiting();
    });
  }

  /** Settles the request that a message answers. An answer to no request is one to a request that was given up. */
  answer(message: Exclude<ServerMessage, { kind: "event" }>): void {
    const request = this.#close(message.id);
    if (request === undefined) return;
    if (message.kind === "error") {
      request.reject(readError(message.code, message.retryAfter));
    } else {
      const read = readResult(request.op, message.result);
      if ("refused" in read) request.reject(new TransportError("bad-answer", request.op));
      else request.resolve(read.value);
    }
    this.#sendWaiting();
  }

  /** Rejects everything that is open or waiting. */
  fail(error: CodedError): void {
    const waiting = this.#waiting.splice(0);
    this.#waitingBytes = 0;
    for (const id of [...this.#open.keys()]) this.#close(id)?.reject(error);
    for (const request of waiting) request.reject(error);
  }

  #takeId(): number {
    do {
      this.#lastId = this.#lastId === 0xffff_ffff ? 1 : this.#lastId + 1;
    } while (this.#open.has(this.#lastId));
    return this.#lastId;
  }

  #sendWaiting(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const isFull = this.#openBytes > 0 && this.#openBytes + next.frame.length > openBytesLimit;
      if (isFull || this.#open.size >= limits.openRequests) return;
      this.#waiting.shift();
      this.#waitingBytes -= next.frame.length;
      this.#openBytes += next.frame.length;
      this.#open.set(next.id, { ...next, cancelTimer: this.#startTimer(next.id) });
      this.#ports.send(next.frame);
    }
  }

  #startTimer(id: number): () => void {
    const { schedule, heard, onSilence } = this.#ports;
    const heardBefore = heard();
    return schedule(answerTime + this.#openBytes / slowestUplink, () => {
      this.#close(id)?.reject(new TransportError("timeout"));
      if (heard() === heardBefore) onSilence();
      else this.#sendWaiting();
    });
  }

  #close(id: number): OpenRequest | undefined {
    const request = this.#open.get(id);
    if (request === undefined) return undefined;
    this.#open.delete(id);
    this.#openBytes -= request.frame.length;
    request.cancelTimer();
    return request;
  }
}

/** A code that is in no catalogue of ours says nothing that could be acted on. */
function readError(code: string, retryAfter: number | null): CodedError {
  if (!Object.hasOwn(relayErrors, code)) return new TransportError("bad-answer", "an unknown code");
  return new RelayError(code as RelayErrorCode, retryAfter);
}
