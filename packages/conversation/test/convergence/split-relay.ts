import { bytesKey, equalBytes } from "@redoubt/base";
import type { LogEntry } from "../../src/index.js";

interface Log {
  readonly entries: LogEntry[];
  writeKey: Uint8Array;
  readonly ownerKey: Uint8Array;
  counter: number;
}

export type Side = 0 | 1;

/** What an append asks for besides: `[newKey, counter, after]`, the old key retired at once. */
export type Rotation = readonly [Uint8Array, number, number];

export type Appended = "taken" | "not-proved" | "rotation-conflict" | "no-log";

/** The relay's logs by the rules of `relay-core`, and a relay that may show two groups of readers two logs. */
export class SplitRelay {
  #sides: [Map<string, Log>, Map<string, Log>];
  isSplit = false;

  constructor() {
    const logs = new Map<string, Log>();
    this.#sides = [logs, logs];
  }

  split(): void {
    this.#sides = [this.#sides[0], copyOf(this.#sides[0])];
    this.isSplit = true;
  }

  /** From now on all are shown what one side was shown. */
  heal(side: Side): void {
    this.#sides = [this.#sides[side], this.#sides[side]];
    this.isSplit = false;
  }

  create(side: Side, logId: Uint8Array, writeKey: Uint8Array, ownerKey: Uint8Array): void {
    const logs = this.#sides[side];
    if (logs.has(bytesKey(logId))) return;
    logs.set(bytesKey(logId), { entries: [], writeKey, ownerKey, counter: 0 });
  }

  find(side: Side, logId: Uint8Array): Log | undefined {
    return this.#sides[side].get(bytesKey(logId));
  }

  /** @param proved the write key that the connection has proved */
  append(
    side: Side,
    logId: Uint8Array,
    proved: Uint8Array,
    { entryId, bytes }: Pick<LogEntry, "entryId" | "bytes">,
    rotation: Rotation | undefined,
  ): Appended {
    const log = this.find(side, logId);
    if (log === undefined) return "no-log";
    if (!equalBytes(proved, log.writeKey)) return "not-proved";
    if (log.entries.some((entry) => equalBytes(entry.entryId, entryId))) return "taken";
    if (rotation !== undefined) {
      const [newKey, counter, after] = rotation;
      if (counter !== log.counter || after !== log.entries.length) return "rotation-conflict";
      log.writeKey = newKey;
      log.counter += 1;
    }
    log.entries.push({ seq: log.entries.length + 1, entryId, bytes });
    return "taken";
  }

  reset(side: Side, logId: Uint8Array, ownerKey: Uint8Array, newKey: Uint8Array): boolean {
    const log = this.find(side, logId);
    if (log === undefined || !equalBytes(ownerKey, log.ownerKey)) return false;
    log.writeKey = newKey;
    log.counter += 1;
    return true;
  }
}

function copyOf(logs: ReadonlyMap<string, Log>): Map<string, Log> {
  return new Map([...logs].map(([id, log]) => [id, { ...log, entries: [...log.entries] }]));
}
