import { blob, integer } from "../columns.js";
import type { SqlDatabase } from "../driver.js";

const rowsPerStep = 1_000;

/** A blob of which bytes are on the disk. */
export interface ListedBlob {
  readonly blobId: Uint8Array;
  /** Bytes of it that count. */
  readonly received: number;
}

/** The blobs that a database speaks of. */
export interface BlobList {
  /** Those that have bytes, by id. */
  all(): Generator<ListedBlob, void, void>;
  has(blobId: Uint8Array): boolean;
  remove(blobId: Uint8Array): void;
}

/** @param database of any version: those before the third know no blobs */
export function openBlobList(database: SqlDatabase): BlobList {
  if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'blobs'").get() === undefined) {
    return { *all() {}, has: () => false, remove: () => {} };
  }
  const some = database.prepare(
    "SELECT blob_id, received FROM blobs WHERE blob_id > ? AND received > 0 ORDER BY blob_id LIMIT ?",
  );
  const find = database.prepare("SELECT 1 FROM blobs WHERE blob_id = ?");
  const remove = database.prepare("DELETE FROM blobs WHERE blob_id = ?");
  return {
    *all() {
      for (let last = new Uint8Array(0); ; ) {
        const rows = some.all(last, rowsPerStep);
        for (const row of rows) {
          last = new Uint8Array(blob(row, 0));
          yield { blobId: last, received: integer(row, 1) };
        }
        if (rows.length < rowsPerStep) return;
      }
    },
    has: (blobId) => find.get(blobId) !== undefined,
    remove: (blobId) => {
      remove.run(blobId);
    },
  };
}
