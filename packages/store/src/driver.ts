/** What a statement takes and a row holds. Numbers that are integers are safe integers. */
export type SqlValue = null | number | string | Uint8Array;

/** What may be bound: a boolean becomes 1 or 0. */
export type SqlParameter = SqlValue | boolean;

/** A row by column name. Byte strings are plain `Uint8Array`s that nothing else holds. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** What a writing statement did. */
export interface SqlChange {
  /** Rows inserted, changed or deleted. */
  readonly changes: number;
  /** The rowid of the row inserted last on this connection. */
  readonly lastRowId: number;
}

/**
 * One connection to the client's encrypted database, which nothing else uses while it is open. Synchronous: a
 * transaction is one function, and nothing comes between its statements.
 *
 * Durability: once a writing call outside a transaction, or `transaction`, has returned, what it wrote survives a crash
 * of the process and of the machine. What throws has written nothing, and a transaction out of which something was
 * thrown has written nothing.
 *
 * Parameters stand for `?`, one for each, in order. Numbered and named parameters, and `?` in a literal or a comment, are
 * not allowed. Binding `undefined`, anything that is not a scalar or a `Uint8Array`, a number that is not finite, an
 * integer beyond 2^53-1, or a string with a lone surrogate or a NUL is refused.
 *
 * Errors, from every method: StoreError `disk-full`, `damaged`, `constraint`, `not-writable`, `misuse`, `failed`.
 */
export interface SqlDriver {
  /** Runs statements without parameters, and discards their rows. */
  exec(sql: string): void;
  /** Runs one statement that writes. */
  run(sql: string, parameters?: readonly SqlParameter[]): SqlChange;
  /** The first row of one statement. */
  get(sql: string, parameters?: readonly SqlParameter[]): SqlRow | undefined;
  /** Every row of one statement. */
  all(sql: string, parameters?: readonly SqlParameter[]): SqlRow[];
  /**
   * Runs `work` with all that it writes committed together when it returns, and undone when it throws.
   *
   * @throws StoreError `misuse` within another transaction, and for work that returns a promise
   */
  transaction<T>(work: () => T): T;
  /** Ends the connection. A second call does nothing; any other method is `misuse` from then on. */
  close(): void;
}
