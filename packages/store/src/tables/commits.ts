import type { SqlDriver } from "../driver.js";
import { bytesOf, integerOf } from "../row.js";

/** What a commit is to do, kept until one has done it. */
export interface Intent {
  readonly position: number;
  /** In the caller's encoding. */
  readonly value: Uint8Array;
}

/** Commits of our own that wait for their place in the log, and what is to be committed again if they lose it. */
export class CommitTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** The conversation's pending commit, as mls encodes it. Holds secrets. */
  pending(conversation: Uint8Array): Uint8Array | undefined {
    const row = this.#driver.get("SELECT value FROM pending_commits WHERE conversation = ?", [conversation]);
    return row && bytesOf(row, "value");
  }

  /** @throws StoreError `constraint` when a commit is pending already */
  setPending(conversation: Uint8Array, value: Uint8Array): void {
    this.#driver.run("INSERT INTO pending_commits (conversation, value) VALUES (?, ?)", [conversation, value]);
  }

  deletePending(conversation: Uint8Array): void {
    this.#driver.run("DELETE FROM pending_commits WHERE conversation = ?", [conversation]);
  }

  /** Puts an intent behind the conversation's others. @returns its position */
  addIntent(conversation: Uint8Array, value: Uint8Array): number {
    return this.#driver.run("INSERT INTO intents (conversation, value) VALUES (?, ?)", [conversation, value]).lastRowId;
  }

  /** In the order in which they were added. */
  intents(conversation: Uint8Array): Intent[] {
    const rows = this.#driver.all("SELECT position, value FROM intents WHERE conversation = ? ORDER BY position", [
      conversation,
    ]);
    return rows.map((row) => ({ position: integerOf(row, "position"), value: bytesOf(row, "value") }));
  }

  hasIntent(position: number): boolean {
    return this.#driver.get("SELECT 1 FROM intents WHERE position = ?", [position]) !== undefined;
  }

  /** The conversations that have intents. */
  waiting(): Uint8Array[] {
    const rows = this.#driver.all("SELECT conversation FROM intents GROUP BY conversation ORDER BY min(position)");
    return rows.map((row) => bytesOf(row, "conversation"));
  }

  deleteIntent(position: number): void {
    this.#driver.run("DELETE FROM intents WHERE position = ?", [position]);
  }
}
