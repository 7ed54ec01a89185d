import { utf8 } from "@redoubt/base";
import {
  decodeGroup,
  decodePastEpoch,
  encodeEpoch,
  encodeGroup,
  encodePastEpoch,
  type Group,
  type PastEpoch,
  recordChanges,
  type StoredGroup,
} from "@redoubt/mls";
import type { SqlDriver } from "../driver.js";
import { demand } from "../error.js";
import { bytesOf, integerOf, textOf } from "../row.js";

/** How many ended epochs are kept to open messages that were under way. */
const keptPastEpochs = 5;

/** MLS states, in parts: each save writes what changed. Call the writing methods within a transaction. */
export class GroupTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /**
   * Stores a state of the epoch that is stored; without `before`, the first state of a conversation.
   *
   * @param before what is stored. A value of the wrong epoch is refused, another value of the right one is not noticed
   * @throws StoreError `constraint` when there is a state and no `before`, or no conversation; `misuse` for an epoch that
   *   is not the stored one
   */
  save(conversation: Uint8Array, before: Group | undefined, after: Group): void {
    const epoch = epochNumber(after);
    if (before === undefined) {
      this.#insert(conversation, epoch, false, encodeGroup(after));
      return;
    }
    demand(epochNumber(before) === epoch, "misuse", "the states are of two epochs");
    if (before.epoch !== after.epoch) {
      const { changes } = this.#driver.run(
        "UPDATE mls_epochs SET value = ? WHERE conversation = ? AND epoch = ? AND is_past = 0",
        [encodeEpoch(after.epoch), conversation, epoch],
      );
      demand(changes === 1, "misuse", "the epoch is not the stored one");
    }
    for (const { name, value } of recordChanges(before, after)) {
      if (value === undefined) this.#deleteRecord(conversation, epoch, name);
      else this.#writeRecord(conversation, epoch, name, value);
    }
  }

  /**
   * Ends the stored epoch: it becomes a past one, of which the newest five are kept, and `after` takes its place.
   *
   * @param after undefined when we are no longer a member
   * @throws StoreError `misuse` when the stored epoch is not `past`'s
   */
  endEpoch(conversation: Uint8Array, past: PastEpoch, after: Group | undefined): void {
    const epoch = Number(past.epoch);
    const { changes } = this.#driver.run(
      "DELETE FROM mls_epochs WHERE conversation = ? AND epoch = ? AND is_past = 0",
      [conversation, epoch],
    );
    demand(changes === 1, "misuse", "the ended epoch is not the stored one");
    this.#insert(conversation, epoch, true, encodePastEpoch(past));
    this.#driver.run(
      `DELETE FROM mls_epochs WHERE conversation = ? AND is_past = 1 AND epoch NOT IN (
         SELECT epoch FROM mls_epochs WHERE conversation = ? AND is_past = 1 ORDER BY epoch DESC LIMIT ?)`,
      [conversation, conversation, keptPastEpochs],
    );
    if (after !== undefined) this.#insert(conversation, epochNumber(after), false, encodeGroup(after));
  }

  /**
   * Stores what a past epoch has become by opening a message.
   *
   * @param before the stored one
   * @throws StoreError `misuse` when the epoch is not kept
   */
  savePast(conversation: Uint8Array, before: PastEpoch, after: PastEpoch): void {
    const epoch = Number(after.epoch);
    const row = this.#driver.get("SELECT 1 FROM mls_epochs WHERE conversation = ? AND epoch = ? AND is_past = 1", [
      conversation,
      epoch,
    ]);
    demand(row !== undefined && before.epoch === after.epoch, "misuse", "the past epoch is not kept");
    const noProposals = new Map();
    const changes = recordChanges(
      { secretTree: before.secretTree, proposals: noProposals },
      { secretTree: after.secretTree, proposals: noProposals },
    );
    for (const { name, value } of changes) {
      if (value === undefined) this.#deleteRecord(conversation, epoch, name);
      else this.#writeRecord(conversation, epoch, name, value);
    }
  }

  /** The stored state. @throws StoreError `damaged`, MlsError `bad-state`, `malformed` */
  load(conversation: Uint8Array): Group | undefined {
    const row = this.#driver.get("SELECT epoch, value FROM mls_epochs WHERE conversation = ? AND is_past = 0", [
      conversation,
    ]);
    if (row === undefined) return undefined;
    return decodeGroup({ epoch: bytesOf(row, "value"), records: this.#records(conversation, integerOf(row, "epoch")) });
  }

  /** A past epoch that is kept. @throws StoreError `damaged`, MlsError `bad-state`, `malformed` */
  loadPast(conversation: Uint8Array, epoch: bigint): PastEpoch | undefined {
    const number = Number(epoch);
    if (!Number.isSafeInteger(number)) return undefined;
    const row = this.#driver.get("SELECT value FROM mls_epochs WHERE conversation = ? AND epoch = ? AND is_past = 1", [
      conversation,
      number,
    ]);
    if (row === undefined) return undefined;
    return decodePastEpoch({ epoch: bytesOf(row, "value"), records: this.#records(conversation, number) });
  }

  /** Forgets the state and every past epoch. */
  delete(conversation: Uint8Array): void {
    this.#driver.run("DELETE FROM mls_epochs WHERE conversation = ?", [conversation]);
  }

  #insert(conversation: Uint8Array, epoch: number, isPast: boolean, stored: StoredGroup): void {
    this.#driver.run("INSERT INTO mls_epochs (conversation, epoch, is_past, value) VALUES (?, ?, ?, ?)", [
      conversation,
      epoch,
      isPast,
      stored.epoch,
    ]);
    for (const [name, value] of stored.records) this.#writeRecord(conversation, epoch, name, value);
  }

  #writeRecord(conversation: Uint8Array, epoch: number, name: string, value: Uint8Array): void {
    this.#driver.run(
      `INSERT INTO mls_records (conversation, epoch, name, value) VALUES (?, ?, ?, ?)
       ON CONFLICT (conversation, epoch, name) DO UPDATE SET value = excluded.value`,
      [conversation, epoch, utf8(name), value],
    );
  }

  #deleteRecord(conversation: Uint8Array, epoch: number, name: string): void {
    this.#driver.run("DELETE FROM mls_records WHERE conversation = ? AND epoch = ? AND name = ?", [
      conversation,
      epoch,
      utf8(name),
    ]);
  }

  #records(conversation: Uint8Array, epoch: number): [string, Uint8Array][] {
    const rows = this.#driver.all("SELECT name, value FROM mls_records WHERE conversation = ? AND epoch = ?", [
      conversation,
      epoch,
    ]);
    return rows.map((row) => [textOf(row, "name"), bytesOf(row, "value")]);
  }
}

function epochNumber(group: Group): number {
  const number = Number(group.epoch.context.epoch);
  demand(Number.isSafeInteger(number), "misuse", "an epoch beyond 2^53-1");
  return number;
}
