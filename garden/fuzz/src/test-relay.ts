import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLogger, type Relay, type RelayOptions, startRelay } from "@redoubt/relay";

const plenty = 1_000_000_000;

/** A relay in this process, on a folder that goes with it, that lets one address do as much as it likes. */
export interface OpenRelay extends AsyncDisposable {
  readonly relay: Relay;
  readonly folder: string;
  /** What it logged. */
  readonly lines: string[];
}

export async function startOpenRelay(options: Pick<RelayOptions, "web"> = {}): Promise<OpenRelay> {
  const folder = mkdtempSync(path.join(tmpdir(), "redoubt-fuzz-"));
  const lines: string[] = [];
  const classes = [
    "connect",
    "register",
    "lookup",
    "take",
    "post",
    "create",
    "append",
    "read",
    "account",
    "store",
  ] as const;
  const blobClasses = ["create-blob", "write-blob", "read-blob"] as const;
  const relay = await startRelay({
    data: path.join(folder, "relay"),
    host: "127.0.0.1",
    port: 0,
    registration: "open",
    trustProxy: false,
    powBits: 0,
    rates: Object.fromEntries([...classes, ...blobClasses].map((name) => [name, plenty])),
    logger: createLogger({ write: (line: string) => void lines.push(line) }),
    ...options,
  });
  return {
    relay,
    folder,
    lines,
    async [Symbol.asyncDispose]() {
      await relay.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
