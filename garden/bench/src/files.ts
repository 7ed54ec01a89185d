import { randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Figure } from "./figure.js";
import { measureCopy } from "./file-copies.js";
import { measureTransfer } from "./file-transfers.js";
import { race } from "./measure.js";
import { RelayProgram } from "./relay-program.js";

const mebi = 1024 * 1024;

/**
 * What a file costs against a plain copy over HTTP of the same bytes, in turns, each on empty folders; and that memory
 * does not grow with the file.
 *
 * @param options `size`: in MiB
 * @param progress told what is being measured
 */
export async function measureFiles(
  { size, rounds }: { readonly size: number; readonly rounds: number },
  progress: (what: string) => void,
): Promise<readonly Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "redoubt-bench-"));
  try {
    const [large, small] = [makeFile(folder, size), makeFile(folder, 1)];
    const ours = (file: string) => async () => {
      progress("a file between two people");
      return inFolder(folder, (inner) => onRelay((relay) => measureTransfer(relay, file, inner)));
    };
    const copy = async () => {
      progress("a plain copy");
      return inFolder(folder, (inner) => measureCopy(large, inner));
    };
    const racers = [
      { name: "redoubt", turn: ours(large) },
      { name: "plain HTTP copy", turn: copy },
      { name: "redoubt, 1 MiB", turn: ours(small) },
    ];
    const medians = await race(racers, { rounds, warmUp: 0 });
    const [mine, peer, less] = racers.map(({ name }) => medians.get(name) ?? {});
    const section = `Files of ${size} MiB`;
    const row = (name: string, figure: string, of: { readonly name: string; readonly by: typeof mine }): Figure => {
      const value = of.by?.[figure];
      return {
        section,
        name,
        by: "redoubt",
        ours: mine?.[figure] ?? Number.NaN,
        ...(value !== undefined && { peer: { name: of.name, value } }),
      };
    };
    const [plain, tiny] = [
      { name: "plain HTTP copy", by: peer },
      { name: "1 MiB, the same way", by: less },
    ];
    return [
      { ...row("`send --file` until the relay has it all", "up", plain), target: { ratio: 2 } },
      { ...row("`save`", "down", plain), target: { ratio: 2 } },
      row("peak memory of who sends, bytes", "sender", tiny),
      row("peak memory of who saves, bytes", "saver", tiny),
      row("peak memory of the relay, bytes", "relay", tiny),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function makeFile(folder: string, size: number): string {
  const file = path.join(folder, `${size}.bin`);
  for (let written = 0; written < size; written++) appendFileSync(file, randomBytes(mebi));
  return file;
}

async function inFolder<T>(folder: string, work: (inner: string) => Promise<T>): Promise<T> {
  const inner = path.join(folder, "turn");
  mkdirSync(inner);
  try {
    return await work(inner);
  } finally {
    rmSync(inner, { recursive: true });
  }
}

async function onRelay<T>(work: (relay: RelayProgram) => Promise<T>): Promise<T> {
  const relay = await RelayProgram.start();
  try {
    return await work(relay);
  } finally {
    await relay.stop();
  }
}
