import { type BlobStore, RelayError } from "@redoubt/relay-core";
import { blob, integer } from "./columns.js";
import type { SqlDatabase } from "./driver.js";
import type { StorageLimit } from "./storage-limit.js";

/** Blobs in SQLite: what they are, not their bytes. */
export interface BlobRows extends BlobStore {
  /** To be called after a rollback: the sums are read anew. */
  recount(): void;
}

/** @param limit none without a limit */
export function createBlobRows(database: SqlDatabase, limit: StorageLimit | undefined): BlobRows {
  const find = database.prepare("SELECT length, received FROM blobs WHERE blob_id = ?");
  const insert = database.prepare("INSERT INTO blobs (blob_id, length, received, received_day) VALUES (?, ?, 0, ?)");
  const setReceived = database.prepare("UPDATE blobs SET received = ?, received_day = ? WHERE blob_id = ?");
  const remove = database.prepare("DELETE FROM blobs WHERE blob_id = ? RETURNING length");
  const total = database.prepare("SELECT COUNT(*), COALESCE(SUM(length), 0) FROM blobs");
  const expired = database.prepare(
    `SELECT blob_id FROM blobs
     WHERE (received = length AND received_day < ?) OR (received < length AND received_day < ?) LIMIT ?`,
  );

  let count = 0;
  let bytes = 0;
  const setTotal = (newCount: number, newBytes: number) => {
    count = newCount;
    bytes = newBytes;
    limit?.apply(bytes);
  };
  const recount = () => {
    const row = total.get() ?? [0, 0];
    setTotal(integer(row, 0), integer(row, 1));
  };
  recount();

  return {
    recount,
    find: (blobId) => {
      const row = find.get(blobId);
      return row === undefined ? undefined : { length: integer(row, 0), received: integer(row, 1) };
    },
    create: (blobId, length, day) => {
      if (limit?.admits(bytes, length) === false) throw new RelayError("storage-full", { retryAfter: 600 });
      insert.run(blobId, length, day);
      setTotal(count + 1, bytes + length);
    },
    setReceived: (blobId, received, day) => setReceived.run(received, day, blobId) === 1,
    remove: (blobId) => {
      const row = remove.get(blobId);
      if (row !== undefined) setTotal(count - 1, bytes - integer(row, 0));
    },
    expired: (before, most) => expired.all(before.complete, before.incomplete, most).map((row) => blob(row, 0)),
    total: () => ({ count, bytes }),
  };
}
