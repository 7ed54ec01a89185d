/** The store's own handle of a log: a random safe integer, so that its order says nothing. */
export type LogHandle = number;

/** A log's keys and extent. */
export interface LogRecord {
  readonly handle: LogHandle;
  /** Ed25519 public keys, 32 bytes each. */
  readonly ownerKey: Uint8Array;
  readonly writeKey: Uint8Array;
  /** The key before the last rotation, unless that rotation retired it. */
  readonly previousKey: Uint8Array | null;
  /** Rotations so far. */
  readonly counter: number;
  /** Entries up to this seq have expired; 0 if none. */
  readonly expired: number;
  /** The newest seq ever; 0 before the first entry. */
  readonly lastSeq: number;
}

export interface LogKeys {
  readonly writeKey: Uint8Array;
  readonly previousKey: Uint8Array | null;
  readonly counter: number;
}

export interface StoredEntry {
  readonly seq: number;
  /** 16 bytes, chosen by the client. */
  readonly entryId: Uint8Array;
  readonly bytes: Uint8Array;
}

export interface NewEntry extends StoredEntry {
  readonly log: LogHandle;
}

/** Logs and their entries. Writes happen inside a transaction. */
export interface LogStore {
  find(logId: Uint8Array): LogRecord | undefined;
  create(log: {
    readonly logId: Uint8Array;
    readonly handle: LogHandle;
    readonly writeKey: Uint8Array;
    readonly ownerKey: Uint8Array;
  }): void;
  setKeys(handle: LogHandle, keys: LogKeys): void;
  setOwner(handle: LogHandle, ownerKey: Uint8Array): void;
  remove(handle: LogHandle): void;

  /**
   * Adds entries, all or none. The caller counts: each `seq` is one above its log's newest, the ones before it included.
   *
   * @param day days since 1970-01-01
   * @returns false, with nothing written, if a log holds an entry of one of these ids, or one id comes twice
   */
  insert(entries: readonly NewEntry[], day: number): boolean;
  byEntryId(handle: LogHandle, entryId: Uint8Array): StoredEntry | undefined;
  /** Entries from `from` on, in order: at most `maxItems`, and at most `maxBytes` unless it is a single one. */
  read(handle: LogHandle, from: number, most: { readonly maxItems: number; readonly maxBytes: number }): StoredEntry[];

  /**
   * Forgets entries of days before `day`, of some logs.
   *
   * @param cursor where to go on; 0 at first
   * @returns the next cursor, or undefined after the last log
   */
  expire(day: number, cursor: number): number | undefined;
  /**
   * Rewrites some of the rows that came in since the last clustering in the order of their logs, so that the order in
   * which rows of different logs came in does not survive. A run that was interrupted is as good as two runs.
   *
   * @param cursor what the step before returned; undefined to begin
   * @returns the next cursor, or undefined when all is done
   */
  cluster(cursor: ClusterCursor | undefined): ClusterCursor | undefined;
}

/** How far clustering has come: of the rows up to id `to`, those up to (handle, seq) are moved. */
export interface ClusterCursor {
  readonly to: number;
  readonly handle: LogHandle;
  readonly seq: number;
}
