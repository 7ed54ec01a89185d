import {
  type BlobOp,
  closeCodes,
  errorMessage,
  isAnonymousOp,
  isNamedOp,
  limits,
  type Op,
  type Params,
  type RelayErrorCode,
  type Request,
  type Result,
  readParams,
  resultMessage,
} from "@redoubt/wire";
import { type Answer, Begin, Write } from "./answer.js";
import type { CommitQueue, Outcome } from "./commit-queue.js";
import type { Peer, RelayPorts } from "./ports.js";
import { type RateLimits, rateClasses, storeCost } from "./rate-limits.js";
import { RelayError } from "./relay-error.js";

/** What whoever runs the relay must hear of. */
export const faults: ReadonlySet<RelayErrorCode> = new Set<RelayErrorCode>([
  "internal",
  "storage-full",
  "storage-damaged",
]);

/** Told of every answer, for the metrics: an operation's name and a code, nothing else. */
export type Tally = (op: Op | BlobOp | "unknown", code: RelayErrorCode | "ok") => void;

/** What all connections share. */
export interface ConnectionContext {
  readonly ports: Pick<RelayPorts, "frame" | "fault">;
  readonly queue: CommitQueue;
  readonly rates: RateLimits;
  readonly tally: Tally;
  /** Whether the relay is on its way down. */
  readonly stopping: () => boolean;
}

/** One client's connection: limits its requests, answers each exactly once, in whatever order they are done. */
export class Connection {
  readonly peer: Peer;
  /** 32 bytes that signatures on this connection cover. */
  readonly nonce: Uint8Array;
  readonly #context: ConnectionContext;
  /** Of the client, for limits alone. */
  readonly address: string;
  readonly #open = new Set<number>();

  /** @param options `address`: of the client, for rate limits alone */
  constructor(
    context: ConnectionContext,
    options: { readonly peer: Peer; readonly nonce: Uint8Array; readonly address: string },
  ) {
    this.#context = context;
    this.peer = options.peer;
    this.nonce = options.nonce;
    this.address = options.address;
  }

  /** Runs an operation and answers the request with what it comes to. */
  answer<Name extends Op>(request: Request, op: Name, handler: (params: Params<Name>) => Answer<Result<Name>>): void {
    const { id } = request;
    if (this.#open.has(id) || this.#open.size >= limits.openRequests) return this.peer.close(closeCodes.tooMany);
    let answer: Answer<Result<Name>>;
    try {
      answer = handler(this.#admit(request, op));
    } catch (error) {
      return this.#refuse(id, op, error);
    }
    if (answer instanceof Write) return this.#commit(id, op, answer);
    if (!(answer instanceof Begin)) return this.#accept(id, op, answer);
    this.#accept(id, op, answer.value as Result<Name>);
    answer.start();
  }

  /** Refuses an operation that this kind of socket does not have. */
  refuseOp({ id, op }: Request): void {
    const known = isAnonymousOp(op) || isNamedOp(op);
    this.#refuse(id, known ? op : "unknown", new RelayError(known ? "wrong-socket" : "unknown-op"));
  }

  #admit<Name extends Op>({ params }: Request, op: Name): Params<Name> {
    if (this.#context.stopping()) throw new RelayError("shutting-down", { retryAfter: 2 });
    const { rates } = this.#context;
    const wait = rates.take(this.address, rateClasses[op]) || rates.take(this.address, "store", storeCost(op, params));
    if (wait > 0) throw new RelayError("rate-limited", { retryAfter: wait });
    // Whoever does not take what was read gets no more of it: what is held for a connection stays bounded.
    if (this.peer.backlog() > limits.sendBuffer) throw new RelayError("rate-limited", { retryAfter: 1 });
    const read = readParams(op, params);
    if ("refused" in read) throw new RelayError(read.refused);
    return read.value;
  }

  #commit<Name extends Op>(id: number, op: Name, write: Write<Result<Name>>): void {
    this.#open.add(id);
    this.#context.queue.submit(write.work, (outcome: Outcome<Result<Name>>) => {
      this.#open.delete(id);
      if (!outcome.ok) return this.#refuse(id, op, outcome.error);
      this.#accept(id, op, outcome.value);
      write.after(outcome.value);
    });
  }

  #accept<Name extends Op>(id: number, op: Name, result: Result<Name>): void {
    this.#context.tally(op, "ok");
    this.peer.send(this.#context.ports.frame(resultMessage(id, result)));
  }

  #refuse(id: number, op: Op | "unknown", error: unknown): void {
    const { ports, tally } = this.#context;
    let refusal: RelayError;
    if (error instanceof RelayError) refusal = error;
    else refusal = new RelayError("internal", { cause: error });
    if (faults.has(refusal.code)) ports.fault(refusal.cause ?? refusal);
    tally(op, refusal.code);
    this.peer.send(ports.frame(errorMessage(id, refusal.code, refusal.retryAfter)));
  }
}
