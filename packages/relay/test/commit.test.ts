import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type CborValue, concatBytes, utf8 } from "@redoubt/base";
import { defaultRates, type Frame, type Peer, RelayCore, RelayError, type RelayStore } from "@redoubt/relay-core";
import { openBlobFiles, openSqliteStore } from "@redoubt/relay-store";
import { domains } from "@redoubt/wire";
import { afterEach, beforeEach, expect, it } from "vitest";
import { accountChains } from "../src/account-chains.js";
import { verifyEd25519 } from "../src/ed25519.js";
import { type LogKeys, newLog, random, sha256 } from "./test-client.js";

interface Said extends Frame {
  readonly message: CborValue;
}

/** A relay without sockets, over a store of ours. */
class World {
  readonly #core: RelayCore;
  #turn: (() => void)[] = [];

  constructor(store: RelayStore) {
    this.#core = new RelayCore(
      {
        store,
        blobFiles: openBlobFiles(path.join(folder, "blobs"), () => 0),
        chains: accountChains,
        clock: () => 0,
        random,
        sha256,
        verify: verifyEd25519,
        discloseAccount: () => expect.unreachable("nobody asks"),
        frame: (message): Said => ({ length: 1, message }),
        atTurnEnd: (callback) => this.#turn.push(callback),
        fault: (error) => expect(error).toMatchObject({ code: "storage-full" }),
      },
      {
        registration: "open",
        powBits: 0,
        rates: defaultRates,
        maxLogEntries: 100,
        retentionDays: 30,
        blobBytesPerLogAndDay: 0,
        watchesPerAddress: 100,
        tally: () => undefined,
      },
    );
  }

  /** A connection: `take` gives what it was told since it was last asked. */
  connect() {
    let told: CborValue[] = [];
    const peer: Peer = {
      send: (frame) => told.push((frame as Said).message),
      backlog: () => 0,
      whenDrained: (callback) => this.#turn.push(callback),
      close: (code) => expect.unreachable(`closed with ${code}`),
    };
    const session = this.#core.connect("anonymous", peer, "");
    const take = () => {
      const taken = told;
      told = [];
      return taken;
    };
    const [hello] = take() as [[number, string, [number, Uint8Array]]];
    const ask = (id: number, op: string, params: readonly CborValue[]) => session.handle({ id, op, params });
    const prove = (id: number, { logId, write }: LogKeys) =>
      ask(id, "prove", [logId, write.sign(concatBytes(utf8(domains.prove), hello[2][1], logId))]);
    return { ask, prove, take };
  }

  endTurn(): void {
    while (this.#turn.length > 0) for (const callback of this.#turn.splice(0)) callback();
  }
}

const createParams = ({ logId, write, owner }: LogKeys) => [logId, write.publicKey, owner.publicKey, new Uint8Array(8)];

let folder: string;
let store: RelayStore;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "redoubt-relay-"));
  store = openSqliteStore({ folder });
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

it("nobody hears of an entry whose commit fails, and the next one takes its place", () => {
  // The next transaction is undone after all its writes, as by a disk that is full at the commit.
  let isCommitRefused = false;
  const world = new World({
    ...store,
    transaction: (writes) =>
      store.transaction(() => {
        writes();
        if (!isCommitRefused) return;
        isCommitRefused = false;
        throw new RelayError("storage-full", { retryAfter: 60 });
      }),
  });
  const [log, writer, watcher] = [newLog(), world.connect(), world.connect()];
  writer.ask(1, "create-log", createParams(log));
  world.endTurn();
  writer.prove(2, log);
  watcher.ask(1, "watch", [log.logId, 1]);
  world.endTurn();
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
  world.endTurn();
  expect([writer.take(), watcher.take()]).toEqual([[[3, false, ["storage-full", 60]]], []]);

  writer.ask(4, "append", [log.logId, kept, bytes, null]);
  expect([writer.take(), watcher.take()]).toEqual([[], []]);
  world.endTurn();
  expect([writer.take(), watcher.take()]).toEqual([[[4, true, [1]]], [[0, "entry", [log.logId, 1, kept, bytes]]]]);
});

it("a relay that dies at any statement of an append has all that it answered, and takes the rest again", () => {
  /** What a crash would leave: copies of the files, and what the writer had been told by then. */
  const crashes: { readonly folder: string; readonly told: readonly CborValue[] }[] = [];
  let told: CborValue[] = [];
  const crash = () => {
    told.push(...writer.take());
    const copy = mkdtempSync(path.join(folder, "crash-"));
    for (const file of ["relay.db", "relay.db-wal"]) copyFileSync(path.join(folder, file), path.join(copy, file));
    crashes.push({ folder: copy, told: [...told] });
  };
  const world = new World({
    ...store,
    logs: {
      ...store.logs,
      insert: (...given) => {
        crash();
        const isNew = store.logs.insert(...given);
        crash();
        return isNew;
      },
    },
    transaction: (writes) => {
      store.transaction(writes);
      crash();
    },
  });
  const log = newLog();
  const writer = world.connect();
  writer.ask(1, "create-log", createParams(log));
  world.endTurn();
  writer.prove(2, log);
  writer.take();
  [told, crashes.length] = [[], 0];

  const entries = Array.from({ length: 7 }, () => ({ id: random(16), bytes: random(300) }));
  const append = (at: ReturnType<World["connect"]>, index: number) => {
    const { id, bytes } = entries[index] as (typeof entries)[number];
    at.ask(10 + index, "append", [log.logId, id, bytes, null]);
  };
  // Group commits of one, two and four.
  for (const group of [[0], [1, 2], [3, 4, 5, 6]]) {
    for (const index of group) append(writer, index);
    world.endTurn();
  }
  crash();
  expect(crashes).toHaveLength(2 * entries.length + 3 + 1);
  expect(crashes.at(-1)?.told).toEqual(entries.map((_, index) => [10 + index, true, [index + 1]]));

  for (const { folder: left, told: before } of crashes) {
    const risen = openSqliteStore({ folder: left });
    const after = new World(risen);
    const again = after.connect();
    again.ask(1, "read", [log.logId, 1, 100]);
    const [[, , [, lastSeq]]] = again.take() as [[number, boolean, [number, number]]];
    expect(lastSeq).toBeGreaterThanOrEqual(before.length);
    expect([0, 1, 3, 7]).toContain(lastSeq);
    again.prove(2, log);
    for (const index of entries.keys()) append(again, index);
    after.endTurn();
    again.ask(3, "read", [log.logId, 1, 100]);
    expect(again.take()).toEqual([
      [2, true, [0]],
      ...entries.map((_, index) => [10 + index, true, [index + 1]]),
      [3, true, [1, 7, entries.map(({ id, bytes }, index) => [index + 1, id, bytes])]],
    ]);
    risen.close();
  }
});
