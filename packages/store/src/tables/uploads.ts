import { utf8 } from "@redoubt/base";
import type { SqlDriver, SqlRow } from "../driver.js";
import { demand } from "../error.js";
import { bytesOf, integerOf, textOf } from "../row.js";

/** A file of a message that is to be uploaded. */
export interface NewUpload {
  readonly messageId: Uint8Array;
  /** Which of the message's attachments it is, from 0. */
  readonly part: number;
  readonly conversation: Uint8Array;
  /** 32 bytes. */
  readonly blobId: Uint8Array;
  /** 32 bytes. */
  readonly key: Uint8Array;
  readonly size: number;
  /** The platform's word for where the file is found again. */
  readonly source: string;
}

export interface Upload extends NewUpload {
  readonly position: number;
  /** How much of the content may have been sealed, and so have left this device: in the caller's units. */
  readonly sealed: number;
  /** What that much is recognised by, 32 bytes. */
  readonly digest: Uint8Array;
}

const columns = "position, message_id, part, conversation, blob_id, key, size, source, sealed, digest";

/** Uploads that are not complete, in the order in which they were wanted. They go with their message. */
export class UploadTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** @throws StoreError `constraint` for a blob, or a part of a message, that is there already */
  add(upload: NewUpload): void {
    const { messageId, part, conversation, blobId, key, size, source } = upload;
    this.#driver.run(
      `INSERT INTO uploads (message_id, part, conversation, blob_id, key, size, source, sealed, digest)
       VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)`,
      [messageId, part, conversation, blobId, key, size, utf8(source), new Uint8Array(32)],
    );
  }

  get(position: number): Upload | undefined {
    const row = this.#driver.get(`SELECT ${columns} FROM uploads WHERE position = ?`, [position]);
    return row && readUpload(row);
  }

  list(): Upload[] {
    return this.#driver.all(`SELECT ${columns} FROM uploads ORDER BY position`).map(readUpload);
  }

  count(): number {
    const row = this.#driver.get("SELECT count(*) AS count FROM uploads");
    return row === undefined ? 0 : integerOf(row, "count");
  }

  /** Whether a message waits for uploads. */
  isUploading(messageId: Uint8Array): boolean {
    return this.#driver.get("SELECT 1 FROM uploads WHERE message_id = ? LIMIT 1", [messageId]) !== undefined;
  }

  /** @throws StoreError `misuse` when there is no such upload (any more) */
  setSealed(position: number, sealed: number, digest: Uint8Array): void {
    const { changes } = this.#driver.run("UPDATE uploads SET sealed = ?, digest = ? WHERE position = ?", [
      sealed,
      digest,
      position,
    ]);
    demand(changes === 1, "misuse", "no such upload");
  }

  delete(position: number): void {
    this.#driver.run("DELETE FROM uploads WHERE position = ?", [position]);
  }

  /** Gives up all that a message waits for. */
  deleteOf(messageId: Uint8Array): void {
    this.#driver.run("DELETE FROM uploads WHERE message_id = ?", [messageId]);
  }
}

function readUpload(row: SqlRow): Upload {
  return {
    position: integerOf(row, "position"),
    messageId: bytesOf(row, "message_id"),
    part: integerOf(row, "part"),
    conversation: bytesOf(row, "conversation"),
    blobId: bytesOf(row, "blob_id"),
    key: bytesOf(row, "key"),
    size: integerOf(row, "size"),
    source: textOf(row, "source"),
    sealed: integerOf(row, "sealed"),
    digest: bytesOf(row, "digest"),
  };
}
