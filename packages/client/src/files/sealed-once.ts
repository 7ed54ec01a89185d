import { concatBytes, equalBytes } from "@redoubt/base";
import type { BlobLayout, CryptoProvider } from "@redoubt/crypto";
import type { Store, Upload } from "@redoubt/store";
import { TransportError } from "@redoubt/transport";
import { ClientError } from "../error.js";
import type { FileSource } from "./file-ports.js";
import { type Window, windowAt } from "./windows.js";

/**
 * Guards that nothing is ever sealed twice with two contents: under one key that would give away both. Before a window
 * is sealed for the first time, a digest of everything up to its end is stored; what was sealed before, also in a life
 * of the program that was cut short, is sealed again only if it is the same.
 */
export class SealedOnce {
  readonly #provider: CryptoProvider;
  readonly #store: Store;
  readonly #upload: Upload;
  /** Of the windows that were sealed, in order: the hash of each. */
  readonly #hashes: Uint8Array[] = [];
  #digest: Uint8Array = new Uint8Array(32);

  private constructor(ports: { readonly provider: CryptoProvider; readonly store: Store }, upload: Upload) {
    this.#provider = ports.provider;
    this.#store = ports.store;
    this.#upload = upload;
  }

  /**
   * Reads again what was sealed in an earlier life.
   *
   * @throws ClientError `file-changed`
   */
  static async resume(
    ports: { readonly provider: CryptoProvider; readonly store: Store },
    { upload, layout, source }: { readonly upload: Upload; readonly layout: BlobLayout; readonly source: FileSource },
  ): Promise<SealedOnce> {
    const guard = new SealedOnce(ports, upload);
    for (let index = 0; index < upload.sealed; index++) {
      guard.#add(await readWindow(source, windowAt(layout, index)));
    }
    if (!equalBytes(guard.#digest, upload.digest)) throw new ClientError("file-changed");
    return guard;
  }

  /** How many windows were sealed so far. */
  get count(): number {
    return this.#hashes.length;
  }

  /**
   * A window's content, read and allowed to be sealed: stored before, if it is the next one.
   *
   * @param window one of those before, or the next one
   * @throws ClientError `file-changed`; TransportError `bad-answer`; StoreError `misuse` if the upload was given up
   */
  async take(source: FileSource, window: Window): Promise<Uint8Array> {
    if (window.index > this.#hashes.length) throw new TransportError("bad-answer", "more than was ever sent");
    const content = await readWindow(source, window);
    const known = this.#hashes[window.index];
    if (known === undefined) {
      this.#add(content);
      this.#store.uploads.setSealed(this.#upload.position, this.#hashes.length, this.#digest);
    } else if (!equalBytes(known, this.#provider.hash("SHA-256", content))) {
      throw new ClientError("file-changed");
    }
    return content;
  }

  #add(content: Uint8Array): void {
    const hash = this.#provider.hash("SHA-256", content);
    this.#hashes.push(hash);
    this.#digest = this.#provider.hash("SHA-256", concatBytes(this.#digest, hash));
  }
}

async function readWindow(source: FileSource, { start, end }: Window): Promise<Uint8Array> {
  const content = end > start ? await source.read(start, end - start) : new Uint8Array(0);
  if (content.length !== end - start) throw new ClientError("file-changed");
  return content;
}
