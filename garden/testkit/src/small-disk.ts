import { execFileSync } from "node:child_process";
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import path from "node:path";

/** A disk that can be full: a file system in memory, of a size of its own, mounted on a folder. */
export class SmallDisk implements Disposable {
  readonly folder: string;

  /** @param folder made; @param bytes of the whole disk @throws Error where this process may not mount */
  constructor(folder: string, bytes: number) {
    mkdirSync(folder, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder], { stdio: "pipe" });
    this.folder = folder;
  }

  /** Takes every byte that is left. */
  fill(): void {
    const file = openSync(this.#filler, "a");
    try {
      for (const piece of [Buffer.alloc(1 << 20), Buffer.alloc(4096)]) {
        for (;;) if (writeSync(file, piece) < piece.length) break;
      }
    } catch (error) {
      if (!(error instanceof Error) || !("code" in error) || error.code !== "ENOSPC") throw error;
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  /** Makes room again. */
  free(): void {
    rmSync(this.#filler);
  }

  [Symbol.dispose](): void {
    execFileSync("umount", ["-l", this.folder]);
  }

  get #filler(): string {
    return path.join(this.folder, "filler");
  }
}

/** Whether this process may mount a file system: as root, where it is not kept from it. */
export function mayMount(folder: string): boolean {
  try {
    using _disk = new SmallDisk(folder, 4096);
    return true;
  } catch {
    return false;
  }
}
