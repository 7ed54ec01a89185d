import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { cpuOf, memoryOf, peakMemoryOf } from "./process-cost.js";

const program = fileURLToPath(new URL("../../../apps/relayd/bin/redoubt-relay.js", import.meta.url));

/** A relay as a process of its own, on an empty folder; what it costs is read from /proc. */
export class RelayProgram {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string, url: string) {
    this.#child = child;
    this.#folder = folder;
    this.url = url;
  }

  static async start(): Promise<RelayProgram> {
    const folder = mkdtempSync(path.join(tmpdir(), "redoubt-bench-"));
    const words = ["start", "--data", folder, "--port", "0", "--pow-bits", "0", "--trust-proxy"];
    const child = spawn(process.execPath, [program, ...words], { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: child.stdout })) {
      const { msg, url } = JSON.parse(line) as { readonly msg: string; readonly url: string };
      if (msg !== "ready") continue;
      child.stdout.resume();
      return new RelayProgram(child, folder, url);
    }
    rmSync(folder, { recursive: true });
    throw new Error("the relay did not get ready");
  }

  /** Milliseconds of CPU so far. */
  cpu(): number {
    return cpuOf(this.#child.pid);
  }

  /** Resident memory in bytes. */
  memory(): number {
    return memoryOf(this.#child.pid);
  }

  /** The most resident memory so far, in bytes. */
  peakMemory(): number {
    return peakMemoryOf(this.#child.pid);
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, "close");
    this.#child.kill("SIGTERM");
    await ended;
    rmSync(this.#folder, { recursive: true });
  }
}
