import { bytesKey } from "@redoubt/base";

/** Bytes that the members of one log may begin to upload in a day. Counted in memory alone, and forgotten every day. */
export class BlobQuota {
  readonly #most: number;
  readonly #used = new Map<string, number>();
  #day = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Counts an upload, unless it is one too many. @returns whether it was counted */
  take(logId: Uint8Array, length: number, day: number): boolean {
    if (day !== this.#day) {
      this.#used.clear();
      this.#day = day;
    }
    const key = bytesKey(logId);
    const used = (this.#used.get(key) ?? 0) + length;
    if (used > this.#most) return false;
    this.#used.set(key, used);
    return true;
  }
}
