import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { equalBytes } from "@redoubt/base";
import { RelayError, type RelayStore } from "@redoubt/relay-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findDamage } from "../src/damage.js";
import { entryChecksum } from "../src/entry-checksum.js";
import { openSqliteStore } from "../src/sqlite-store.js";

const entriesPerLog = 40;
const logs = [1, 2, 3];
/** Bytes that tell where they belong. */
const bytesOf = (log: number, seq: number) => Buffer.from(`${log}/${seq} `.repeat(80));
const idOf = (log: number, seq: number) => Buffer.from(`${log}/${seq}`.padEnd(16));
const most = { maxItems: 256, maxBytes: 1e6 };

let top: string;
beforeEach(() => {
  top = mkdtempSync(path.join(tmpdir(), "redoubt-damage-"));
});
afterEach(() => rmSync(top, { recursive: true }));

/** A store with three logs of entries, an entry a transaction. */
function fill(folder: string): RelayStore {
  const store = openSqliteStore({ folder });
  store.transaction(() => {
    for (const log of logs) {
      const key = Buffer.alloc(32, log);
      store.logs.create({ logId: key, handle: log, writeKey: key, ownerKey: key });
    }
  });
  for (let seq = 1; seq <= entriesPerLog; seq++) {
    store.transaction(() => {
      for (const log of logs)
        store.logs.insert([{ log, seq, entryId: idOf(log, seq), bytes: bytesOf(log, seq) }], 20_000);
    });
  }
  return store;
}

/** A data folder as a relay leaves it: killed, with its journal, or stopped. */
function make(how: "killed" | "stopped"): string {
  const folder = path.join(top, how);
  const store = fill(folder);
  const killed = path.join(top, "made");
  if (how === "killed") cpSync(folder, killed, { recursive: true });
  store.close();
  if (how === "stopped") cpSync(folder, killed, { recursive: true });
  return killed;
}

interface Found {
  readonly right: number;
  readonly wrong: number;
  /** Logs of which a part cannot be read. */
  readonly refused: number;
}

/** Reads all entries one by one. @returns how many are as they were written */
function readAll(store: RelayStore): Found {
  let [right, wrong, refused] = [0, 0, 0];
  for (const log of logs) {
    for (let seq = 1; seq <= entriesPerLog; seq++) {
      try {
        const [entry] = store.logs.read(log, seq, { ...most, maxItems: 1 });
        if (entry === undefined || entry.seq !== seq) refused += 1;
        else if (equalBytes(entry.bytes, bytesOf(log, seq)) && equalBytes(entry.entryId, idOf(log, seq))) right += 1;
        else wrong += 1;
      } catch (error) {
        if (!(error instanceof RelayError) || error.code !== "storage-damaged") throw error;
        refused += 1;
      }
    }
  }
  return { right, wrong, refused };
}

/** What comes of opening a folder. */
function open(folder: string): Found | string {
  try {
    const store = openSqliteStore({ folder });
    try {
      return readAll(store);
    } finally {
      store.close();
    }
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
}

function withDamage(made: string, name: string, damage: (file: string, bytes: Buffer) => void): string {
  const folder = path.join(top, "damaged");
  rmSync(folder, { recursive: true, force: true });
  cpSync(made, folder, { recursive: true });
  const file = path.join(folder, name);
  damage(file, readFileSync(file));
  return folder;
}

const whole = { right: logs.length * entriesPerLog, wrong: 0, refused: 0 };

describe("a journal", () => {
  it("of a relay that was killed gives back all that was committed", () => {
    const made = make("killed");
    expect(statSync(path.join(made, "relay.db-wal")).size).toBeGreaterThan(100_000);
    expect(findDamage(made, true)).toEqual([]);
    expect(open(made)).toEqual(whole);
  });

  it("in which any bit has changed is refused, before anything of it is dropped", { timeout: 60_000 }, () => {
    const made = make("killed");
    const { size } = statSync(path.join(made, "relay.db-wal"));
    const places = [
      ...Array.from({ length: 32 }, (_, i) => i),
      ...Array.from({ length: 40 }, (_, i) => Math.floor((size * i) / 40)),
    ];
    for (const place of places) {
      const folder = withDamage(made, "relay.db-wal", (file, bytes) => {
        bytes[place] = (bytes[place] as number) ^ (1 << (place % 8));
        writeFileSync(file, bytes);
      });
      expect(findDamage(folder, true)).toEqual(["relay.db-wal does not hold all that was committed"]);
      expect({ place, opened: open(folder) }).toEqual({ place, opened: "damaged-journal" });
      expect(statSync(path.join(folder, "relay.db-wal")).size).toBe(size);
    }
  });

  it("that was cut off, anywhere, is refused", () => {
    const made = make("killed");
    const { size } = statSync(path.join(made, "relay.db-wal"));
    for (const length of [40, 4_152, Math.floor(size / 2), size - 1]) {
      const folder = withDamage(made, "relay.db-wal", (file) => truncateSync(file, length));
      expect({ length, opened: open(folder) }).toEqual({ length, opened: "damaged-journal" });
    }
  });

  it("whose last commit a power failure has torn is read up to there", () => {
    const made = make("killed");
    const folder = withDamage(made, "relay.db-wal", (file, bytes) => {
      // What stood behind the last synced commit: half a frame of the same generation, and no index of the kill.
      writeFileSync(file, Buffer.concat([bytes, bytes.subarray(32, 2_000)]));
      rmSync(path.join(path.dirname(file), "relay.db-shm"));
    });
    expect(open(folder)).toEqual(whole);
  });

  it("in which a commit has failed is emptied with the next one: what is left of it must not look like damage", () => {
    const folder = path.join(top, "full");
    const store = openSqliteStore({ folder, maxBytes: 600_000 });
    const journal = () => statSync(path.join(folder, "relay.db-wal")).size;
    let seq = 0;
    const insert = (length: number) =>
      store.transaction(() => {
        store.logs.insert([{ log: 1, seq: ++seq, entryId: idOf(1, seq), bytes: Buffer.alloc(length) }], 20_000);
      });
    insert(100);
    expect(journal()).toBeGreaterThan(0);
    expect(() => insert(700_000)).toThrow(expect.objectContaining({ code: "storage-full" }));
    insert(100);
    expect(journal()).toBe(0);
    insert(100);
    expect(journal()).toBeGreaterThan(0);
    store.close();
  });

  it("that is moved away leaves what was there before, for whoever decides so", () => {
    const made = make("killed");
    rmSync(path.join(made, "relay.db-wal"));
    expect(open(made)).not.toBe("damaged-journal");
  });
});

describe("a database", () => {
  it("with a flipped bit or a lost page gives out no byte that was not written, and the rest", {
    timeout: 60_000,
  }, () => {
    const made = make("stopped");
    const { size } = statSync(path.join(made, "relay.db"));
    const outcomes = { noticed: 0, harmless: 0, readable: 0 };
    const pages = size / 4096;
    for (let round = 0; round < 64; round++) {
      const folder = withDamage(made, "relay.db", (file, bytes) => {
        const page = round % pages;
        if (round % 4 === 3) bytes.fill(0, page * 4096, (page + 1) * 4096);
        else {
          const place = page * 4096 + ((round * 1_103) % 4096);
          bytes[place] = (bytes[place] as number) ^ (1 << (round % 8));
        }
        writeFileSync(file, bytes);
      });
      const found = open(folder);
      if (typeof found === "string") {
        expect(["damaged", "unreadable", "newer-version"]).toContain(found);
        outcomes.noticed += 1;
        continue;
      }
      expect({ round, wrong: found.wrong }).toEqual({ round, wrong: 0 });
      outcomes.readable += found.right;
      if (found.right === whole.right) outcomes.harmless += 1;
      else {
        expect(findDamage(folder, true).length).toBeGreaterThan(0);
        outcomes.noticed += 1;
      }
    }
    expect(outcomes.noticed).toBeGreaterThan(20);
    expect(outcomes.readable).toBeGreaterThan(whole.right * 10);
  });

  it("of which a page of a small table is lost is not opened", () => {
    const folder = withDamage(make("stopped"), "relay.db", (file, bytes) => {
      const page = Math.floor(bytes.indexOf(Buffer.alloc(32, 2)) / 4096);
      bytes.fill(0, page * 4096, (page + 1) * 4096);
      writeFileSync(file, bytes);
    });
    expect(["damaged", "unreadable"]).toContain(open(folder));
  });

  it("whose entries have other bytes says so for each, and gives the ones before", () => {
    const made = make("stopped");
    const folder = withDamage(made, "relay.db", (file, bytes) => {
      const at = bytes.indexOf(bytesOf(2, 20));
      bytes[at + 300] = (bytes[at + 300] as number) ^ 1;
      writeFileSync(file, bytes);
    });
    expect(findDamage(folder, true)).toEqual([expect.stringContaining("an entry of a log is not what was written")]);
    const store = openSqliteStore({ folder });
    expect(store.logs.read(2, 1, most).map(({ seq }) => seq)).toEqual(Array.from({ length: 19 }, (_, i) => i + 1));
    expect(() => store.logs.read(2, 20, most)).toThrow(expect.objectContaining({ code: "storage-damaged" }));
    expect(() => store.logs.byEntryId(2, idOf(2, 20))).toThrow(expect.objectContaining({ code: "storage-damaged" }));
    expect(store.logs.read(2, 21, most)).toHaveLength(20);
    expect(store.logs.read(1, 1, most)).toHaveLength(entriesPerLog);
    store.close();
  });
});

it("an entry's checksum is of number, id and bytes", () => {
  const sums = [
    entryChecksum(1, idOf(1, 1), bytesOf(1, 1)),
    entryChecksum(2, idOf(1, 1), bytesOf(1, 1)),
    entryChecksum(1, idOf(1, 2), bytesOf(1, 1)),
    entryChecksum(1, idOf(1, 1), bytesOf(1, 2)),
  ];
  expect(new Set(sums).size).toBe(4);
});
