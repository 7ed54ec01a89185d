/** What a code in a catalogue says: a sentence a person can act on, and whether the same call may work later. */
export interface ErrorEntry {
  readonly message: string;
  readonly retry: boolean;
}

/**
 * The root of every error we throw on purpose. Told apart by `code`, never by message; survives a worker boundary
 * as `{ code, message, retry }`.
 */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly retry: boolean;

  /**
   * @param code from a catalogue
   * @param entry the catalogue's entry for that code
   * @param detail what exactly was wrong; holds no secret and no user data
   */
  constructor(code: Code, entry: ErrorEntry, detail?: string, cause?: unknown) {
    super(
      detail === undefined ? entry.message : `${entry.message} (${detail})`,
      cause === undefined ? undefined : { cause },
    );
    this.name = new.target.name;
    this.code = code;
    this.retry = entry.retry;
  }

  toJSON(): { code: Code; message: string; retry: boolean } {
    return { code: this.code, message: this.message, retry: this.retry };
  }
}
