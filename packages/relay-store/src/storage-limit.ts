import type { SqlDatabase } from "./driver.js";

/** The smallest database that can be worked with. */
const minPages = 64;
/** The part of the storage that blobs may take: messages always have the rest. */
const blobShare = 3 / 4;

/** Divides what the relay may store between blobs, which hold their room from the start, and the database. */
export class StorageLimit {
  readonly #database: SqlDatabase;
  readonly #maxBytes: number;
  readonly #pageSize: number;

  /** @param maxBytes of blobs and database together */
  constructor(database: SqlDatabase, maxBytes: number) {
    this.#database = database;
    this.#maxBytes = maxBytes;
    this.#pageSize = database.pragma("page_size");
  }

  /** Whether there is room for so many bytes more of blobs. */
  admits(blobBytes: number, more: number): boolean {
    const together = blobBytes + more;
    const databaseBytes = this.#database.pragma("page_count") * this.#pageSize;
    return together <= this.#maxBytes * blobShare && together + databaseBytes <= this.#maxBytes;
  }

  /** Leaves to the database what blobs do not take. It never shrinks below what it has. */
  apply(blobBytes: number): void {
    const pages = Math.floor((this.#maxBytes - blobBytes) / this.#pageSize);
    this.#database.pragma(`max_page_count = ${Math.max(minPages, pages)}`);
  }
}
