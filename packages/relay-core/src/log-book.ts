import { bytesKey } from "@redoubt/base";
import type { LogHandle, LogKeys, LogRecord, LogStore } from "./log-store.js";
import { RecentMap } from "./recent-map.js";
import { RelayError } from "./relay-error.js";

/** A log as the core works on it: the record, moved on with every write of the running transaction. */
export interface OpenLog {
  readonly handle: LogHandle;
  ownerKey: Uint8Array;
  keys: LogKeys;
  readonly expired: number;
  lastSeq: number;
}

/** Logs kept in memory; beyond it the ones used longest ago are read again. */
const capacity = 50_000;

/** The logs in use, so that an append costs one statement. After a rollback it forgets everything. */
export class LogBook {
  readonly #store: LogStore;
  readonly #open = new RecentMap<OpenLog>(capacity);

  constructor(store: LogStore) {
    this.#store = store;
  }

  find(logId: Uint8Array): OpenLog | undefined {
    const key = bytesKey(logId);
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const record = this.#store.find(logId);
    if (record === undefined) return undefined;
    const log = toOpen(record);
    this.#open.set(key, log);
    return log;
  }

  /** @throws RelayError `unknown-log` */
  require(logId: Uint8Array): OpenLog {
    const log = this.find(logId);
    if (log === undefined) throw new RelayError("unknown-log");
    return log;
  }

  /** Turns a log's write key. */
  rotate(log: OpenLog, writeKey: Uint8Array, previousKey: Uint8Array | null): void {
    const keys = { writeKey, previousKey, counter: log.keys.counter + 1 };
    this.#store.setKeys(log.handle, keys);
    log.keys = keys;
  }

  forget(logId: Uint8Array): void {
    this.#open.delete(bytesKey(logId));
  }

  forgetAll(): void {
    this.#open.clear();
  }
}

function toOpen({ handle, ownerKey, writeKey, previousKey, counter, expired, lastSeq }: LogRecord): OpenLog {
  return { handle, ownerKey, keys: { writeKey, previousKey, counter }, expired, lastSeq };
}
