import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type CborValue, concatBytes, utf8 } from "@redoubt/base";
import { defaultRates, type Frame, type Peer, RelayCore, RelayError, type RelayStore } from "@redoubt/relay-core";
import { openBlobFiles, openSqliteStore } from "@redoubt/relay-store";
import { domains } from "@redoubt/wire";
import fc from "fast-check";
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
  // Before and after what each group inserts, after its commit, and at the end.
  expect(crashes).toHaveLength(2 * 3 + 3 + 1);
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

it("entries of one turn are answered as if they had come alone, whatever else comes with them", () => {
  using second = asDisposable(openSqliteStore({ folder: path.join(folder, "second") }));
  const [together, alone] = [new World(store), new World(second)];
  const bytes = random(20);
  const key = newLog().write.publicKey;
  const append = fc.record({
    log: fc.constantFrom(0, 0, 0, 1, 2),
    id: fc.nat(3),
    bytes: fc.constantFrom(bytes, bytes, random(20)),
    rotation: fc.option(fc.constantFrom([key, 0, false, 1], [key, 0, false, 2], [key, 1, true, 3]), { freq: 4 }),
  });
  fc.assert(
    fc.property(fc.array(append, { maxLength: 12 }), fc.boolean(), (appends, isProved) => {
      // The third log is never made.
      const logs = [newLog(), newLog(), newLog()] as const;
      const ids = Array.from({ length: 4 }, () => random(16));
      const answers = [together, alone].map((world) => {
        const [writer, watcher] = [world.connect(), world.connect()];
        for (const [index, log] of logs.slice(0, 2).entries()) {
          writer.ask(1 + index, "create-log", createParams(log));
          world.endTurn();
          if (isProved || index === 0) writer.prove(3 + index, log);
          watcher.ask(1 + index, "watch", [log.logId, 1]);
        }
        world.endTurn();
        writer.take();
        watcher.take();
        for (const [index, { log, id, bytes, rotation }] of appends.entries()) {
          const { logId } = logs[log] as LogKeys;
          writer.ask(10 + index, "append", [logId, ids[id] as Uint8Array, bytes, rotation]);
          if (world === alone) world.endTurn();
        }
        world.endTurn();
        return [writer.take(), watcher.take()];
      });
      expect(answers[0]).toEqual(answers[1]);
    }),
    { numRuns: 60 },
  );
});

function asDisposable(opened: RelayStore): RelayStore & Disposable {
  return { ...opened, [Symbol.dispose]: () => opened.close() };
}
