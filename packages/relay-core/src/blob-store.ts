/** An upload, or what it became. */
export interface BlobRecord {
  /** Bytes that it has when it is complete. */
  readonly length: number;
  /** Bytes that are on the disk for good. The file may hold more of an upload that broke off: they do not count. */
  readonly received: number;
}

/** Which blobs there are and how far they are. Their bytes are elsewhere (`BlobFiles`). Writes: inside a transaction. */
export interface BlobStore {
  find(blobId: Uint8Array): BlobRecord | undefined;
  /**
   * Adds a blob of which nothing has been received, and holds room for all of it.
   *
   * @param blobId 32 bytes
   * @param day days since 1970-01-01
   * @throws RelayError `storage-full`
   */
  create(blobId: Uint8Array, length: number, day: number): void;
  /** @returns false, with nothing written, if there is no such blob (any more) */
  setReceived(blobId: Uint8Array, received: number, day: number): boolean;
  remove(blobId: Uint8Array): void;
  /**
   * Some blobs that have expired: complete ones last written before one day, incomplete ones before another.
   *
   * @param limit how many at most
   */
  expired(before: { readonly complete: number; readonly incomplete: number }, limit: number): Uint8Array[];
  /** How many there are, and the bytes that they have or will have. */
  total(): { readonly count: number; readonly bytes: number };
}

/** An open file of a blob, written from one place on. Not used after a method has thrown, other than to close it. */
export interface BlobWriter {
  /** @throws RelayError `storage-full` */
  write(bytes: Uint8Array): Promise<void>;
  /** When it resolves, what was written survives a crash of the machine. @throws RelayError `storage-full` */
  sync(): Promise<void>;
  /** Never rejects. */
  close(): Promise<void>;
}

/** The bytes of blobs, one file each. */
export interface BlobFiles {
  /**
   * Opens a blob's file to go on from `offset`, made if it does not exist; what it holds beyond is cut off.
   *
   * @throws RelayError `storage-full`
   */
  openWriter(blobId: Uint8Array, offset: number): Promise<BlobWriter>;
  /** Reads `length` bytes from `from` on, in pieces that are the caller's. Rejects if the file has fewer. */
  read(blobId: Uint8Array, from: number, length: number): AsyncIterable<Uint8Array>;
  /** Removes the file, if there is one. */
  remove(blobId: Uint8Array): Promise<void>;
  /** The ids of the files in one of 256 shards, by the first byte of their ids. */
  list(shard: number): Promise<Uint8Array[]>;
}
