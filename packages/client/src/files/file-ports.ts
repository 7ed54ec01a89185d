/**
 * A file that is to be sent, opened. Read again from any place, also after a restart: what it gives must not change
 * until it is closed.
 */
export interface FileSource {
  /** What the others see: no path. At most 255 bytes of UTF-8. */
  readonly name: string;
  /** A media type. */
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /** What `ReopenSource` finds the same file by, in another process. */
  readonly handle: string;
  /** A tiny picture of the picture, if it is one (thumbhash, at most 64 bytes). */
  readonly thumbhash?: Uint8Array | undefined;
  /** Exactly `length` bytes from `offset` on, or fewer where the file has become shorter. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Opens the file of a handle again; `undefined` if it is gone, or is not what it was (by size and time). */
export type ReopenSource = (handle: string) => Promise<FileSource | undefined>;

/** Where a file is saved. Its final name stands for nothing but the complete file. */
export interface FileSink {
  /** Names the place: a download that broke off is gone on with for the same one. */
  readonly place: string;
  /**
   * Opens the incomplete file.
   *
   * @param done bytes of it that are kept, whatever else it holds; `undefined` if this download was never begun: then
   * what is there, unless it is empty, is somebody else's, and refused
   * @returns `done`, or 0 if those bytes are not there (any more)
   */
  begin(done: number | undefined): Promise<number>;
  /** Adds bytes at the end. */
  write(bytes: Uint8Array): Promise<void>;
  /** When it resolves, what was written survives a crash. */
  flush(): Promise<void>;
  /** Gives the file, complete and flushed, its final name, unless that is taken meanwhile. */
  finish(): Promise<void>;
  /** Closes it and leaves what is there. */
  close(): Promise<void>;
}

/** How far a transfer is, in bytes of the file. */
export interface TransferProgress {
  readonly done: number;
  readonly total: number;
}
