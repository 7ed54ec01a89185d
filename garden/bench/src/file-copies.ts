import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Sample, timed } from "./measure.js";

const program = fileURLToPath(new URL("./copy-peer.js", import.meta.url));

/** A file up to a plain HTTP server's disk and down again. @returns milliseconds, `up` and `down` */
export async function measureCopy(file: string, folder: string): Promise<Sample> {
  const server = start("server", folder);
  try {
    const { value: port } = await createInterface({ input: server.stdout as NodeJS.ReadableStream })
      [Symbol.asyncIterator]()
      .next();
    const url = `http://127.0.0.1:${port}/`;
    const up = await timed(() => ended(start("put", url, file)));
    const down = await timed(() => ended(start("get", url, path.join(folder, "copied"))));
    return { up: up.time, down: down.time };
  } finally {
    server.kill();
    await once(server, "close");
  }
}

function start(...words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [program, ...words], { stdio: ["ignore", "pipe", "inherit"] });
}

async function ended(child: ChildProcess): Promise<void> {
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`the copy ended with ${status}`);
}
