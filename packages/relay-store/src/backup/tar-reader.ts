import { BackupError } from "./backup-error.js";
import { blockLength, decodeTarHeader, paddingOf, type TarFile } from "./tar-header.js";

/** Reads an archive once, from its beginning to its end, in constant memory. */
export class TarReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(archive: AsyncIterable<Uint8Array>) {
    this.#pieces = archive[Symbol.asyncIterator]();
  }

  /**
   * The next file's header; its content has to be read to the end before the one after it.
   *
   * @returns undefined at the archive's end
   * @throws BackupError `not-a-backup`
   */
  async next(): Promise<TarFile | undefined> {
    const file = decodeTarHeader(await this.#take(blockLength));
    if (file !== undefined) return file;
    if ((await this.#take(blockLength)).some((byte) => byte !== 0) || (await this.#more())) {
      throw new BackupError("not-a-backup");
    }
    return undefined;
  }

  /** The content of the file whose header was read last. @throws BackupError `not-a-backup` */
  async *content({ length }: TarFile): AsyncGenerator<Uint8Array, void, void> {
    for (let left = length; left > 0; ) {
      if (this.#held.length === 0 && !(await this.#more())) throw new BackupError("not-a-backup");
      const piece = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
    await this.#take(paddingOf(length));
  }

  async #take(length: number): Promise<Buffer> {
    while (this.#held.length < length) {
      if (!(await this.#more())) throw new BackupError("not-a-backup");
    }
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  /** @returns whether there was more */
  async #more(): Promise<boolean> {
    const { value, done } = await this.#pieces.next();
    if (done === true) return false;
    this.#held =
      this.#held.length === 0
        ? Buffer.from(value.buffer, value.byteOffset, value.length)
        : Buffer.concat([this.#held, value]);
    return true;
  }
}
