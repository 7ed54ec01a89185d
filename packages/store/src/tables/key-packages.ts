import { asSecret, type Secret } from "@redoubt/base";
import type { SqlDriver, SqlRow } from "../driver.js";
import { bytesOf, flagOf, integerOf } from "../row.js";

/** A key package of ours, with its private keys. */
export interface StoredKeyPackage {
  /** Its reference (RFC 9420 §5.2). */
  readonly ref: Uint8Array;
  /** In the caller's encoding. */
  readonly value: Secret;
  readonly isLastResort: boolean;
  readonly isPublished: boolean;
}

const columns = "ref, value, is_last_resort, is_published";

export class KeyPackageTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** @throws StoreError `constraint` for a reference that is there already */
  insert({ ref, value, isLastResort, isPublished }: StoredKeyPackage): void {
    this.#driver.run(`INSERT INTO key_packages (${columns}) VALUES (?, ?, ?, ?)`, [
      ref,
      value,
      isLastResort,
      isPublished,
    ]);
  }

  get(ref: Uint8Array): StoredKeyPackage | undefined {
    const row = this.#driver.get(`SELECT ${columns} FROM key_packages WHERE ref = ?`, [ref]);
    return row && readKeyPackage(row);
  }

  /** In the order in which they were made. */
  unpublished(): StoredKeyPackage[] {
    const sql = `SELECT ${columns} FROM key_packages WHERE is_published = 0 ORDER BY rowid`;
    return this.#driver.all(sql).map(readKeyPackage);
  }

  /** Those of last resort, the newest last. */
  lastResorts(): StoredKeyPackage[] {
    const sql = `SELECT ${columns} FROM key_packages WHERE is_last_resort = 1 ORDER BY rowid`;
    return this.#driver.all(sql).map(readKeyPackage);
  }

  /** How many there are, without those of last resort. */
  count(): number {
    const row = this.#driver.get("SELECT count(*) AS number FROM key_packages WHERE is_last_resort = 0");
    return row === undefined ? 0 : integerOf(row, "number");
  }

  markPublished(ref: Uint8Array): void {
    this.#driver.run("UPDATE key_packages SET is_published = 1 WHERE ref = ?", [ref]);
  }

  /** Forgets a key package with its private keys. */
  delete(ref: Uint8Array): void {
    this.#driver.run("DELETE FROM key_packages WHERE ref = ?", [ref]);
  }
}

function readKeyPackage(row: SqlRow): StoredKeyPackage {
  return {
    ref: bytesOf(row, "ref"),
    value: asSecret(bytesOf(row, "value")),
    isLastResort: flagOf(row, "is_last_resort"),
    isPublished: flagOf(row, "is_published"),
  };
}
