import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cpuOf } from "./process-cost.js";

/** Where Debian's package keeps ejabberd and the Erlang libraries that it needs (`install-ejabberd.sh`). */
const libraries = "/usr/lib/x86_64-linux-gnu";
const control = "/usr/sbin/ejabberdctl";
const startAttempts = 300;

/** The version of Debian's ejabberd, "23.01-1"; `undefined` where it is not installed. */
export function ejabberdVersion(): string | undefined {
  if (!existsSync(control)) return undefined;
  return execFileSync("dpkg-query", ["--show", "ejabberd"], { encoding: "utf8" }).trim().split("\t")[1];
}

/**
 * Only what the load needs: plain TCP, any name with any password, rooms without history, no limit on traffic.
 * Nothing is written to a disk.
 */
function configuration(port: number): string {
  return `hosts: [localhost]
loglevel: error
listen:
  - { port: ${port}, ip: "127.0.0.1", module: ejabberd_c2s, starttls: false, max_stanza_size: 262144 }
auth_method: [anonymous]
anonymous_protocol: login_anon
modules:
  mod_muc: { host: conference.localhost, max_users: 1000, history_size: 0 }
`;
}

/** ejabberd as a process of its own, on an empty folder and a loopback port; what it costs is read from /proc. */
export class EjabberdProgram {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.#child = child;
    this.#folder = folder;
    this.port = port;
  }

  static async start(): Promise<EjabberdProgram> {
    const folder = mkdtempSync(path.join(tmpdir(), "redoubt-bench-"));
    const port = await freePort();
    const [configFile, spool] = [path.join(folder, "ejabberd.yml"), path.join(folder, "spool")];
    writeFileSync(configFile, configuration(port));
    mkdirSync(spool);
    // The options are those of Debian's ejabberdctl.
    const words = ["+K", "true", "+P", "250000", "-noinput", "-mnesia", "dir", JSON.stringify(spool), "-s", "ejabberd"];
    const child = spawn("erl", words, {
      stdio: "ignore",
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        ERL_LIBS: libraries,
        ERL_CRASH_DUMP: path.join(folder, "crash"),
        EJABBERD_CONFIG_PATH: configFile,
        EJABBERD_LOG_PATH: path.join(folder, "log"),
      },
    });
    const program = new EjabberdProgram(child, folder, port);
    for (let attempt = 0; attempt < startAttempts; attempt++) {
      if (await listens(port)) return program;
      if (child.exitCode !== null) break;
      await sleep(100);
    }
    const log = readFileSync(path.join(folder, "log"), "utf8");
    await program.stop();
    throw new Error(`ejabberd did not get ready: ${log}`);
  }

  /** Milliseconds of CPU so far. */
  cpu(): number {
    return cpuOf(this.#child.pid);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, "close");
      this.#child.kill("SIGKILL");
      await ended;
    }
    rmSync(this.#folder, { recursive: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, "close");
  return port;
}

async function listens(port: number): Promise<boolean> {
  const socket = connect({ host: "127.0.0.1", port });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
