import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

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

  /** Milliseconds of CPU so far, of all its threads, in user and kernel; in steps of a clock tick. */
  cpu(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
  }

  /** Resident memory in bytes. */
  memory(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, "close");
    this.#child.kill("SIGTERM");
    await ended;
    rmSync(this.#folder, { recursive: true });
  }
}

const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
