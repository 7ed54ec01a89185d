import { bytesKey, utf8 } from "@redoubt/base";
import {
  acceptApplication,
  acceptProposal,
  type Consumed,
  commit,
  decodeGroup,
  decodePastEpoch,
  decodePendingCommit,
  encodeGroup,
  encodePastEpoch,
  encodePendingCommit,
  type Group,
  isPendingCommit,
  type MlsContext,
  MlsError,
  mergeCommit,
  openPastMessage,
  type ParsedMessage,
  type PendingCommit,
  parseMessage,
  proposeUpdate,
  recordChanges,
  type StagedCommit,
  type StoredGroup,
  seal,
  stageCommit,
  stageOwnCommit,
  verifyMessage,
} from "../../src/index.js";

/** Where a device loses its memory: while it writes, nothing or everything is written. */
export const crashPoints = ["before the write", "after the write", "after the send"] as const;
export type CrashPoint = (typeof crashPoints)[number];

/** The group's order: every entry once, however often it is sent. */
export class Log {
  readonly entries: Uint8Array[] = [];
  readonly #known = new Set<string>();

  append(bytes: Uint8Array): void {
    if (this.#known.has(bytesKey(bytes))) return;
    this.#known.add(bytesKey(bytes));
    this.entries.push(bytes);
  }
}

/** What survives a crash. Replaced as a whole, as by a transaction. */
interface Disk {
  readonly group: StoredGroup;
  readonly pending: Uint8Array | undefined;
  readonly past: ReadonlyMap<bigint, StoredGroup>;
  readonly outbox: readonly Uint8Array[];
  readonly cursor: number;
  readonly inbox: readonly string[];
}

class Crash extends Error {}

/** A client that writes before it sends, and that may crash at any point. */
export class Device {
  readonly #context: MlsContext;
  readonly #log: Log;
  #disk: Disk;
  #group: Group;
  #crash: CrashPoint | undefined;
  crashes = 0;

  constructor(context: MlsContext, log: Log, group: Group) {
    this.#context = context;
    this.#log = log;
    this.#group = group;
    const past = new Map<bigint, StoredGroup>();
    this.#disk = { group: encodeGroup(group), pending: undefined, past, outbox: [], cursor: 0, inbox: [] };
  }

  /** Texts that were read, in order. */
  get inbox(): readonly string[] {
    return this.#disk.inbox;
  }

  get group(): Group {
    return this.#group;
  }

  /** The next step crashes there. */
  crashAt(point: CrashPoint | undefined): void {
    this.#crash = point;
  }

  /** Does a step; a crash ends it, and the device starts again from its disk. */
  do(step: "send" | "propose" | "commit" | "sync", text = ""): void {
    try {
      if (step === "sync") this.#sync();
      else this.#send(step, text);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.crashes++;
      this.#restart();
    }
  }

  /** The path that is always taken: reads the state, and sends what waits, the same bytes again. */
  #restart(): void {
    this.#crash = undefined;
    this.#group = decodeGroup(this.#disk.group);
    this.#flush();
  }

  #reach(point: CrashPoint): void {
    if (this.#crash === point) throw new Crash(point);
  }

  /** Writes what changed, then wipes what was used up. */
  #write(after: Group, consumed: Pick<Consumed, "wipe">, changes: Partial<Disk>): void {
    this.#reach("before the write");
    const before = this.#group;
    let group = encodeGroup(after);
    if (after.epoch === before.epoch) {
      const records = new Map(this.#disk.group.records);
      for (const { name, value } of recordChanges(before, after)) {
        if (value === undefined) records.delete(name);
        else records.set(name, value);
      }
      group = { epoch: this.#disk.group.epoch, records };
    }
    this.#disk = { ...this.#disk, ...changes, group };
    this.#group = after;
    this.#reach("after the write");
    consumed.wipe();
  }

  #flush(): void {
    for (const bytes of this.#disk.outbox) this.#log.append(bytes);
    this.#reach("after the send");
    this.#disk = { ...this.#disk, outbox: [] };
  }

  #send(what: "send" | "propose" | "commit", text: string): void {
    const outbox = (message: Uint8Array) => ({ outbox: [...this.#disk.outbox, message] });
    if (what === "commit") {
      // One at a time: a second would take the place of the first, whose keys only the pending commit has.
      if (this.#disk.pending !== undefined) return;
      const made = commit(this.#context, this.#group);
      const pending = encodePendingCommit(made.pending);
      this.#write(made.group, made.consumed, { ...outbox(made.message), pending });
    } else {
      const made =
        what === "send" ? seal(this.#context, this.#group, utf8(text)) : proposeUpdate(this.#context, this.#group, {});
      this.#write(made.group, made.consumed, outbox(made.message));
    }
    this.#flush();
  }

  #sync(): void {
    while (this.#disk.cursor < this.#log.entries.length) {
      this.#receive(this.#log.entries[this.#disk.cursor] as Uint8Array);
    }
  }

  #receive(bytes: Uint8Array): void {
    const cursor = this.#disk.cursor + 1;
    const pending = this.#disk.pending && decodePendingCommit(this.#disk.pending);
    try {
      this.#take(bytes, pending, cursor);
    } catch (error) {
      if (!(error instanceof MlsError)) throw error;
      if (error.code === "wrong-epoch") this.#takeLate(parseMessage(bytes), cursor);
      else if (error.code === "own-message") this.#disk = { ...this.#disk, cursor };
      else throw error;
    }
  }

  #take(bytes: Uint8Array, pending: PendingCommit | undefined, cursor: number): void {
    const context = this.#context;
    if (pending !== undefined && isPendingCommit(context.suite, pending, bytes)) {
      return this.#merge(stageOwnCommit(context, this.#group, pending), cursor);
    }
    const verified = verifyMessage(context, this.#group, parseMessage(bytes));
    if (verified.kind === "commit") return this.#merge(stageCommit(context, this.#group, verified), cursor);
    if (verified.kind === "proposal") {
      const accepted = acceptProposal(context, this.#group, verified);
      return this.#write(accepted.group, accepted.consumed, { cursor });
    }
    const accepted = acceptApplication(this.#group, verified);
    const inbox = [...this.#disk.inbox, new TextDecoder().decode(verified.data)];
    this.#write(accepted.group, accepted.consumed, { cursor, inbox });
  }

  #merge(staged: StagedCommit, cursor: number): void {
    const merged = mergeCommit(this.#group, staged);
    const past = new Map(this.#disk.past).set(merged.past.epoch, encodePastEpoch(merged.past));
    this.#write(merged.group as Group, merged.consumed, { cursor, past, pending: undefined });
  }

  /** A message that was under way when its epoch ended; a commit that lost is passed over. */
  #takeLate(parsed: ParsedMessage, cursor: number): void {
    const stored = this.#disk.past.get(parsed.epoch);
    if (stored === undefined || parsed.contentKind !== "application") {
      this.#disk = { ...this.#disk, cursor };
      return;
    }
    try {
      const opened = openPastMessage(this.#context, decodePastEpoch(stored), parsed);
      const past = new Map(this.#disk.past).set(parsed.epoch, encodePastEpoch(opened.past));
      const inbox = [...this.#disk.inbox, new TextDecoder().decode(opened.data)];
      this.#write(this.#group, { wipe: () => undefined }, { cursor, past, inbox });
    } catch (error) {
      if (!(error instanceof MlsError) || error.code !== "own-message") throw error;
      this.#disk = { ...this.#disk, cursor };
    }
  }
}
