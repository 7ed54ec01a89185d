import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type CborValue, concatBytes, utf8 } from "@redoubt/base";
import { defaultRates, type Frame, type Peer, RelayCore, RelayError, type RelayStore } from "@redoubt/relay-core";
import { openBlobFiles, openSqliteStore } from "@redoubt/relay-store";
import { domains } from "@redoubt/wire";
import { afterEach, beforeEach, expect, it } from "vitest";
import { accountChains } from "../src/account-chains.js";
import { verifyEd25519 } from "../src/ed25519.js";
import { newLog, random, sha256 } from "./test-client.js";

interface Said extends Frame {
  readonly message: CborValue;
}

let folder: string;
let store: RelayStore;
/** Whether the next transaction is undone after all its writes, as by a disk that is full at the commit. */
let isCommitRefused = false;
const turn: (() => void)[] = [];
let core: RelayCore;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "redoubt-relay-"));
  const real = openSqliteStore({ folder });
  store = {
    ...real,
    transaction: (writes) =>
      real.transaction(() => {
        writes();
        if (!isCommitRefused) return;
        isCommitRefused = false;
        throw new RelayError("storage-full", { retryAfter: 60 });
      }),
  };
  core = new RelayCore(
    {
      store,
      blobFiles: openBlobFiles(path.join(folder, "blobs"), () => 0),
      chains: accountChains,
      clock: () => 0,
      random,
      sha256,
      verify: verifyEd25519,
      frame: (message): Said => ({ length: 1, message }),
      atTurnEnd: (callback) => turn.push(callback),
      fault: (error) => expect.unreachable(String(error)),
    },
    {
      registration: "open",
      powBits: 0,
      rates: defaultRates,
      maxLogEntries: 100,
      retentionDays: 30,
      blobBytesPerLogAndDay: 0,
      tally: () => undefined,
    },
  );
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

/** A connection: what it was told since it was last asked. */
function connect() {
  let told: CborValue[] = [];
  const peer: Peer = {
    send: (frame) => told.push((frame as Said).message),
    backlog: () => 0,
    whenDrained: (callback) => turn.push(callback),
    close: (code) => expect.unreachable(`closed with ${code}`),
  };
  const session = core.connect("anonymous", peer, "");
  const take = () => {
    const taken = told;
    told = [];
    return taken;
  };
  const [hello] = take() as [[number, string, [number, Uint8Array]]];
  const ask = (id: number, op: string, params: readonly CborValue[]) => session.handle({ id, op, params });
  return { nonce: hello[2][1], ask, take };
}

function endTurn(): void {
  while (turn.length > 0) for (const callback of turn.splice(0)) callback();
}

it("nobody hears of an entry whose commit fails, and the next one takes its place", () => {
  const [log, writer, watcher] = [newLog(), connect(), connect()];
  writer.ask(1, "create-log", [log.logId, log.write.publicKey, log.owner.publicKey, new Uint8Array(8)]);
  endTurn();
  writer.ask(2, "prove", [log.logId, log.write.sign(concatBytes(utf8(domains.prove), writer.nonce, log.logId))]);
  watcher.ask(1, "watch", [log.logId, 1]);
  endTurn();
  expect([writer.take(), watcher.take()]).toEqual([
    [
      [1, true, []],
      [2, true, [0]],
    ],
    [[1, true, [0]]],
  ]);

  const [lost, kept, bytes] = [random(16), random(16), random(10)];
  isCommitRefused = true;
  writer.ask(3, "append", [log.logId, lost, bytes, null]);
  expect([writer.take(), watcher.take()]).toEqual([[], []]);
  endTurn();
  expect([writer.take(), watcher.take()]).toEqual([[[3, false, ["storage-full", 60]]], []]);

  writer.ask(4, "append", [log.logId, kept, bytes, null]);
  expect([writer.take(), watcher.take()]).toEqual([[], []]);
  endTurn();
  expect([writer.take(), watcher.take()]).toEqual([[[4, true, [1]]], [[0, "entry", [log.logId, 1, kept, bytes]]]]);
});
