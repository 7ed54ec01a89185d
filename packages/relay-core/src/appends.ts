import { bytesKey, equalBytes } from "@redoubt/base";
import type { Params, Result } from "@redoubt/wire";
import { Write } from "./answer.js";
import { attempt, type Batch, type Outcome, Part } from "./commit-queue.js";
import type { LogBook, OpenLog } from "./log-book.js";
import type { NewEntry } from "./log-store.js";
import type { LogWatches } from "./log-watches.js";
import type { RelayPorts } from "./ports.js";
import { RelayError } from "./relay-error.js";

const dayMs = 86_400_000;

/** What one connection has proved: for each log the write key it holds. */
export type Proofs = Map<string, Uint8Array>;

interface Append {
  readonly params: Params<"append">;
  /** Of the connection that it came on. */
  readonly proofs: Proofs;
  /** Whether the running transaction has added it, rather than found it. */
  isNew: boolean;
}

type Appended = Result<"append">;

/** Appending to logs: what comes in within one turn is inserted together. */
export class Appends implements Batch<Append, Appended> {
  readonly #ports: Pick<RelayPorts, "store" | "clock">;
  readonly #book: LogBook;
  readonly #watches: LogWatches;
  readonly #maxEntries: number;

  constructor(
    ports: Pick<RelayPorts, "store" | "clock">,
    options: { readonly book: LogBook; readonly watches: LogWatches; readonly maxEntries: number },
  ) {
    this.#ports = ports;
    this.#book = options.book;
    this.#watches = options.watches;
    this.#maxEntries = options.maxEntries;
  }

  write(params: Params<"append">, proofs: Proofs): Write<Appended> {
    const append: Append = { params, proofs, isNew: false };
    return new Write(new Part(this, append) as Part<unknown, Appended>, ([seq]) => {
      const [logId, entryId, bytes] = params;
      if (append.isNew) this.#watches.publish(logId, { at: seq, seq, entryId, bytes });
    });
  }

  /** Those that turn no key go together, between those that do. */
  run(appends: readonly Append[]): Outcome<Appended>[] {
    const outcomes: Outcome<Appended>[] = [];
    let plain: Append[] = [];
    for (const append of appends) {
      const [, , , rotation] = append.params;
      if (rotation === null) {
        plain.push(append);
        continue;
      }
      outcomes.push(...this.#addPlain(plain));
      plain = [];
      outcomes.push(attempt(() => this.#add(append)));
    }
    outcomes.push(...this.#addPlain(plain));
    return outcomes;
  }

  #addPlain(appends: readonly Append[]): Outcome<Appended>[] {
    const together = appends.length > 1 ? this.#addTogether(appends) : undefined;
    return together ?? appends.map((append) => attempt(() => this.#add(append)));
  }

  /** @returns undefined, with nothing done, if any of them is not simply new: then they are to be added one by one */
  #addTogether(appends: readonly Append[]): Outcome<Appended>[] | undefined {
    const logs: OpenLog[] = [];
    const entries: NewEntry[] = [];
    for (const { params, proofs } of appends) {
      const [logId, entryId, bytes] = params;
      const log = this.#book.find(logId);
      if (log === undefined || this.#isFull(log) || !mayWrite(log, proofs.get(bytesKey(logId)))) break;
      log.lastSeq += 1;
      logs.push(log);
      entries.push({ log: log.handle, seq: log.lastSeq, entryId, bytes });
    }
    if (entries.length < appends.length || !this.#ports.store.logs.insert(entries, this.#day())) {
      for (const log of logs) log.lastSeq -= 1;
      return undefined;
    }
    return appends.map((append, index) => {
      append.isNew = true;
      return { ok: true, value: [(entries[index] as NewEntry).seq] };
    });
  }

  #add(append: Append): Appended {
    const [logId, entryId, bytes, rotation] = append.params;
    append.isNew = false;
    const log = this.#book.require(logId);
    if (!mayWrite(log, append.proofs.get(bytesKey(logId)))) throw new RelayError("not-proved");
    const isFull = this.#isFull(log);
    if (isFull || (rotation !== null && !mayRotate(log, rotation))) {
      return [this.#seqOf(log, entryId, bytes) ?? refuse(isFull ? "log-full" : "rotation-conflict")];
    }
    const seq = log.lastSeq + 1;
    append.isNew = this.#ports.store.logs.insert([{ log: log.handle, seq, entryId, bytes }], this.#day());
    if (!append.isNew) return [this.#seqOf(log, entryId, bytes) ?? refuse("internal")];
    log.lastSeq = seq;
    if (rotation !== null) this.#book.rotate(log, rotation[0], rotation[2] ? null : log.keys.writeKey);
    return [seq];
  }

  #isFull(log: OpenLog): boolean {
    return log.lastSeq - log.expired >= this.#maxEntries;
  }

  #day(): number {
    return Math.floor(this.#ports.clock() / dayMs);
  }

  /** The seq of the entry of that id, if it is there with the same bytes. */
  #seqOf(log: OpenLog, entryId: Uint8Array, bytes: Uint8Array): number | undefined {
    const there = this.#ports.store.logs.byEntryId(log.handle, entryId);
    if (there !== undefined && !equalBytes(there.bytes, bytes)) throw new RelayError("entry-conflict");
    return there?.seq;
  }
}

function mayRotate(log: OpenLog, [, counter, , after]: [Uint8Array, number, boolean, number]): boolean {
  return counter === log.keys.counter && after === log.lastSeq;
}

function mayWrite({ keys }: OpenLog, proved: Uint8Array | undefined): boolean {
  if (proved === undefined) return false;
  return equalBytes(proved, keys.writeKey) || (keys.previousKey !== null && equalBytes(proved, keys.previousKey));
}

function refuse(code: "log-full" | "rotation-conflict" | "internal"): never {
  throw new RelayError(code);
}
