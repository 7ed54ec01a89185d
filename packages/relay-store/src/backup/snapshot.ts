import { existsSync } from "node:fs";
import path from "node:path";
import { blob, integer } from "../columns.js";
import { SqlDatabase, sqliteCode } from "../driver.js";
import { StoreError } from "../store-error.js";
import { BackupError } from "./backup-error.js";
import { databaseName } from "./layout.js";

const rowsPerStep = 1_000;

/** A blob of which bytes are on the disk. */
export interface SnapshotBlob {
  readonly blobId: Uint8Array;
  /** Bytes of it that were on the disk when the snapshot was taken; they do not change. */
  readonly received: number;
}

/** A copy of a relay's database as it was at one moment. */
export interface Snapshot {
  readonly file: string;
  /** The version of its schema. */
  readonly version: number;
  blobs(): Generator<SnapshotBlob, void, void>;
  /** Takes out of the copy a blob whose bytes are gone. */
  forget(blobId: Uint8Array): void;
  /** To be called before the file is read. */
  close(): void;
}

/**
 * Copies the database of a data folder (VACUUM INTO), whether or not a relay is running on it. The copy is of one
 * moment and holds nothing that was deleted. It is one read transaction: the relay writes on meanwhile.
 *
 * @param file where the copy goes; must not exist
 * @throws BackupError `no-data`, `cannot-write`; StoreError `unreadable`
 */
export function takeSnapshot(folder: string, file: string): Snapshot {
  const source = path.join(folder, databaseName);
  if (!existsSync(source)) throw new BackupError("no-data");
  copyDatabase(source, file);
  const copy = new SqlDatabase(file);
  // Versions before the third know no blobs.
  const hasBlobs = copy.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'blobs'").get() !== undefined;
  if (!hasBlobs) return { ...common(copy, file), *blobs() {}, forget: () => {} };
  const some = copy.prepare(
    "SELECT blob_id, received FROM blobs WHERE blob_id > ? AND received > 0 ORDER BY blob_id LIMIT ?",
  );
  const remove = copy.prepare("DELETE FROM blobs WHERE blob_id = ?");
  return {
    ...common(copy, file),
    *blobs() {
      let last = new Uint8Array(0);
      for (;;) {
        const rows = some.all(last, rowsPerStep);
        for (const row of rows) {
          last = new Uint8Array(blob(row, 0));
          yield { blobId: last, received: integer(row, 1) };
        }
        if (rows.length < rowsPerStep) return;
      }
    },
    forget: (blobId) => {
      remove.run(blobId);
    },
  };
}

function common(copy: SqlDatabase, file: string): Pick<Snapshot, "file" | "version" | "close"> {
  return { file, version: copy.pragma("user_version"), close: () => copy.close() };
}

function copyDatabase(source: string, file: string): void {
  const live = new SqlDatabase(source);
  try {
    live.exec(`VACUUM INTO '${file.replaceAll("'", "''")}'`);
  } catch (error) {
    const code = sqliteCode(error);
    if (code === "SQLITE_NOTADB" || code?.startsWith("SQLITE_CORRUPT") === true)
      throw new StoreError("unreadable", error);
    throw new BackupError("cannot-write", undefined, error);
  } finally {
    live.close();
  }
}
