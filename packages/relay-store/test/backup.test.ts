import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { RelayStore } from "@redoubt/relay-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeTarHeader, encodeTarHeader } from "../src/backup/tar-header.js";
import { SqlDatabase } from "../src/driver.js";
import {
  BackupError,
  backupToFile,
  backupToStream,
  openBlobFiles,
  openSqliteStore,
  restoreBackup,
  StoreError,
} from "../src/index.js";
import { schemaVersion } from "../src/schema.js";

const clock = () => Date.UTC(2026, 10, 25, 12, 34, 56);
const id = (fill: number, length = 32) => new Uint8Array(length).fill(fill);

let top: string;
let folder: string;
beforeEach(() => {
  top = mkdtempSync(path.join(tmpdir(), "redoubt-backup-test-"));
  folder = path.join(top, "data");
});
afterEach(() => rmSync(top, { recursive: true }));

const at = (...names: string[]) => path.join(top, ...names);

/** A relay's data: an account with keys, an inbox, a log, and blobs of which two are complete and one is not. */
async function fill(): Promise<RelayStore> {
  const store = openSqliteStore({ folder });
  const files = openBlobFiles(path.join(folder, "blobs"), clock);
  store.transaction(() => {
    store.accounts.create({ accountId: id(1), username: "alice" });
    store.accounts.addKeyPackages(id(1), id(2, 16), { oneTime: [id(3), id(4)], lastResort: id(5) });
    store.inboxes.create(id(6, 16));
    store.inboxes.add(id(6, 16), { digest: id(7), bytes: id(8), day: 1 });
    store.logs.create({ logId: id(9), handle: 7, writeKey: id(1), ownerKey: id(2) });
    store.logs.insert([{ log: 7, seq: 1, entryId: id(1, 16), bytes: randomBytes(5_000) }], 1);
  });
  for (const [fill, length, received] of [
    [1, 100_000, 100_000],
    [2, 512, 512],
    [3, 9_000, 1_000],
  ] as const) {
    const writer = await files.openWriter(id(fill), 0);
    await writer.write(randomBytes(received));
    await writer.sync();
    await writer.close();
    store.transaction(() => {
      store.blobs.create(id(fill), length, 1);
      store.blobs.setReceived(id(fill), received, 1);
    });
  }
  writeFileSync(path.join(folder, "some.key"), "a key", { mode: 0o600 });
  return store;
}

const blobFile = (data: string, fill: number) => {
  const name = Buffer.from(id(fill)).toString("hex");
  return path.join(data, "blobs", name.slice(0, 2), name);
};
const restoreFrom = (file: string, data: string) => restoreBytes(readFileSync(file), data);
const restoreBytes = (bytes: Uint8Array, data: string) => restoreBackup(pieces(bytes), data);
async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
}
const codeOf = async (work: Promise<unknown>) => {
  try {
    await work;
  } catch (error) {
    return error instanceof BackupError || error instanceof StoreError ? error.code : String(error);
  }
  return "done";
};

describe("a backup", () => {
  it("is made beside a relay that writes on, and holds all that there was", async () => {
    using store = disposable(await fill());
    const contents = await backupToFile({ folder, clock }, at("b.tar"));
    expect(contents).toEqual({ day: "2026-11-25", schema: schemaVersion, blobs: 3, leftOut: 0 });
    expect(statSync(at("b.tar")).mode & 0o777).toBe(0o600);
    expect(readdirSync(top).toSorted()).toEqual(["b.tar", "data"]);
    store.value.transaction(() => store.value.blobs.setReceived(id(3), 2_000, 1));
    writeFileSync(blobFile(folder, 3), randomBytes(2_000));

    const restored = await restoreFrom(at("b.tar"), at("again"));
    expect(restored).toMatchObject({ day: "2026-11-25", accounts: 1, logs: 1, files: 5 });
    for (const fill of [1, 2])
      expect(readFileSync(blobFile(at("again"), fill))).toEqual(readFileSync(blobFile(folder, fill)));
    expect(statSync(blobFile(at("again"), 3)).size).toBe(1_000);
    expect(readFileSync(at("again", "some.key"), "utf8")).toBe("a key");
    expect(statSync(at("again")).mode & 0o777).toBe(0o700);
    expect(statSync(at("again", "relay.db")).mode & 0o777).toBe(0o600);
    using again = disposable(openSqliteStore({ folder: at("again") }));
    const entry = store.value.logs.read(7, 1, { maxItems: 1, maxBytes: 10_000 });
    expect(again.value.logs.read(7, 1, { maxItems: 1, maxBytes: 10_000 })).toEqual(entry);
    expect(again.value.blobs.find(id(3))).toEqual({ length: 9_000, received: 1_000 });
  });

  it("is what tar and sha256sum can read and check", async () => {
    using _store = disposable(await fill());
    await backupToFile({ folder, clock }, at("b.tar"));
    mkdirSync(at("out"));
    execFileSync("tar", ["xf", at("b.tar"), "-C", at("out")]);
    expect(execFileSync("sha256sum", ["-c", "--strict", "SHA256SUMS"], { cwd: at("out"), encoding: "utf8" })).toMatch(
      /^redoubt-backup.json: OK\n(.*: OK\n){5}$/,
    );
  });

  it("is the same by a stream as by a file", async () => {
    using _store = disposable(await fill());
    await backupToFile({ folder, clock }, at("b.tar"));
    const stream = new PassThrough();
    const all = buffer(stream);
    await backupToStream({ folder, clock }, stream);
    stream.end();
    expect((await all).equals(readFileSync(at("b.tar")))).toBe(true);
  });

  it("leaves out blobs whose bytes are gone, with their rows", async () => {
    using _store = disposable(await fill());
    unlinkSync(blobFile(folder, 1));
    truncateSync(blobFile(folder, 2), 511);
    expect(await backupToFile({ folder, clock }, at("b.tar"))).toMatchObject({ blobs: 1, leftOut: 2 });
    await restoreFrom(at("b.tar"), at("again"));
    using again = disposable(openSqliteStore({ folder: at("again") }));
    expect(again.value.blobs.total().count).toBe(1);
  });

  it("is refused where it cannot be, and leaves nothing behind", async () => {
    using _store = disposable(await fill());
    writeFileSync(at("there"), "");
    const backup = (file: string, data = folder) => codeOf(backupToFile({ folder: data, clock }, file));
    expect(await backup(at("there"))).toBe("file-exists");
    expect(await backup(path.join(folder, "b.tar"))).toBe("inside-data");
    expect(await backup(at("nowhere", "b.tar"))).toBe("cannot-write");
    expect(await backup(at("b.tar"), at("empty"))).toBe("no-data");
    writeFileSync(path.join(folder, "a name with spaces"), "");
    expect(await backup(at("b.tar"))).toBe("unfit-name");
    mkdirSync(at("broken"));
    writeFileSync(at("broken", "relay.db"), "no database at all, and long enough to be looked at".repeat(100));
    expect(await backup(at("b.tar"), at("broken"))).toBe("unreadable");
    expect(readdirSync(top).toSorted()).toEqual(["broken", "data", "there"]);
  });
});

it("a backup is not made of a stopped relay whose journal is damaged: what was committed would be missing", async () => {
  {
    using _store = disposable(await fill());
    // As a relay that is killed leaves it.
    cpSync(folder, at("killed"), { recursive: true });
  }
  const journal = at("killed", "relay.db-wal");
  const bytes = readFileSync(journal);
  // Within the page of the first frame; commits stand behind it.
  bytes[200] = (bytes[200] as number) ^ 1;
  writeFileSync(journal, bytes);
  expect(await codeOf(backupToFile({ folder: at("killed"), clock }, at("b.tar")))).toBe("damaged-journal");
});

describe("restoring", () => {
  let good: Buffer;
  beforeEach(async () => {
    using _store = disposable(await fill());
    await backupToFile({ folder, clock }, at("b.tar"));
    good = readFileSync(at("b.tar"));
  });

  it("goes on with the numbers of inboxes from far above, and forgets keys that may have been handed out", async () => {
    await restoreFrom(at("b.tar"), at("again"));
    using again = disposable(openSqliteStore({ folder: at("again") }));
    const store = again.value;
    expect(store.accounts.countKeyPackages(id(1), id(2, 16))).toEqual({ oneTime: 0, lastResort: true });
    store.transaction(() => {
      expect(store.inboxes.add(id(6, 16), { digest: id(1), bytes: id(2), day: 1 })).toBe(2 ** 32 + 2);
    });
    const kept = store.inboxes.read(id(6, 16), 0, { maxItems: 10, maxBytes: 1_000 });
    expect(kept.map(({ number }) => number)).toEqual([1, 2 ** 32 + 2]);
  });

  it("refuses every archive that is cut off, or followed by more, and leaves the folder empty", async () => {
    for (let length = 0; length < good.length; length += 9_973) {
      expect(await codeOf(restoreBytes(good.subarray(0, length), at("again")))).toBe("not-a-backup");
    }
    expect(await codeOf(restoreBytes(good.subarray(0, -512), at("again")))).toBe("not-a-backup");
    expect(await codeOf(restoreBytes(Buffer.concat([good, good]), at("again")))).toBe("not-a-backup");
    expect(readdirSync(at("again"))).toEqual(["relay.lock"]);
    await restoreFrom(at("b.tar"), at("again"));
  });

  it("notices any byte that is not as it was", async () => {
    for (let place = 7; place < good.length - 1_024; place += 4_099) {
      const bad = Buffer.from(good);
      bad[place] = (bad[place] as number) ^ 0x20;
      expect(await codeOf(restoreBytes(bad, at("again")))).toMatch(/^(not-a-backup|newer-backup|damaged)$/);
    }
    expect(readdirSync(at("again"))).toEqual(["relay.lock"]);
  });

  it("refuses what a newer version made, a database that is not whole, and one whose files are missing", async () => {
    const label = (text: string) =>
      remade(good, (name, bytes) => (name === "redoubt-backup.json" ? Buffer.from(text) : bytes));
    const refused = (bytes: Uint8Array) => codeOf(restoreBytes(bytes, at("again")));
    expect(await refused(label('{"format":2,"day":"2026-11-25","schema":3}'))).toBe("newer-backup");
    expect(await refused(label('{"format":1,"day":"2026-11-25","schema":99}'))).toBe("newer-backup");
    expect(await refused(label("{}"))).toBe("not-a-backup");
    expect(await refused(label("["))).toBe("not-a-backup");
    const page = (name: string, bytes: Buffer) => (name === "relay.db" ? bytes.fill(0xff, 4_096, 12_288) : bytes);
    expect(await refused(remade(good, page))).toBe("damaged");
    const isBlob = (name: string) => name.startsWith("blobs/01");
    expect(await refused(remade(good, (name, bytes) => (isBlob(name) ? undefined : bytes)))).toBe("damaged");
    expect(await refused(remade(good, (name, bytes) => (name === "relay.db" ? undefined : bytes)))).toBe(
      "not-a-backup",
    );
  });

  it.each([
    "../out",
    "/tmp/out",
    "blobs/../../out",
    "relay.lock",
    "relay.db-wal",
    "restoring",
    "blobs/xx",
    "a//b",
    "./a",
  ])("refuses an archive with a file called %s", async (name) => {
    const bad = remade(good, (_, bytes) => bytes, { name, bytes: Buffer.from("out") });
    expect(await codeOf(restoreBytes(bad, at("again")))).toBe("not-a-backup");
    expect(existsSync(at("out"))).toBe(false);
  });

  it("goes only into a folder that is empty and can be written, and is seen when it was broken off", async () => {
    expect(await codeOf(restoreBytes(good, folder))).toBe("not-empty");
    expect(await codeOf(restoreBytes(good, at("b.tar")))).toBe("cannot-restore");
    mkdirSync(at("half", "restoring"), { recursive: true });
    expect(await codeOf(Promise.resolve().then(() => openSqliteStore({ folder: at("half") })))).toBe(
      "unfinished-restore",
    );
  });

  it.each([1, 2, 3, 4])("brings a backup of schema %i to this one", async (version) => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    const database = new SqlDatabase(path.join(folder, "relay.db"));
    for (let step = 1; step <= version; step++) {
      database.exec(readFileSync(new URL(`./schemas/version-${step}.sql`, import.meta.url), "utf8"));
    }
    database.close();
    expect(await backupToFile({ folder, clock }, at("old.tar"))).toMatchObject({ schema: version, blobs: 0 });
    expect(await restoreFrom(at("old.tar"), at("again"))).toMatchObject({ accounts: 1, logs: 1 });
    using again = disposable(openSqliteStore({ folder: at("again") }));
    expect(again.value.accounts.idOf("alice")).toEqual(id(1));
    expect(again.value.logs.read(7, 1, { maxItems: 9, maxBytes: 99 })).toEqual([
      { seq: 1, entryId: id(4, 16), bytes: Uint8Array.of(0x68, 0x69) },
    ]);
  });
});

describe("a header of an archive", () => {
  it("holds sizes above 8 GiB, and is read as it was written", () => {
    for (const length of [0, 1, 8 ** 11 - 1, 8 ** 11, 2 ** 50]) {
      const header = Buffer.from(encodeTarHeader({ name: "relay.db", length }, 1_700_000_000));
      expect(decodeTarHeader(header)).toEqual({ name: "relay.db", length });
    }
    expect(decodeTarHeader(Buffer.alloc(512))).toBeUndefined();
  });
});

/** The archive with other contents, and hashes that are right for them. */
function remade(
  archive: Buffer,
  change: (name: string, bytes: Buffer) => Buffer | undefined,
  added?: { readonly name: string; readonly bytes: Buffer },
): Buffer {
  const files: { name: string; bytes: Buffer }[] = [];
  for (let place = 0; ; ) {
    const file = decodeTarHeader(archive.subarray(place, place + 512));
    if (file === undefined) break;
    const bytes = Buffer.from(archive.subarray(place + 512, place + 512 + file.length));
    place += 512 + Math.ceil(file.length / 512) * 512;
    const changed = file.name === "SHA256SUMS" ? undefined : change(file.name, bytes);
    if (changed !== undefined) files.push({ name: file.name, bytes: changed });
  }
  if (added !== undefined) files.push(added);
  const sum = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
  const sums = files.map(({ name, bytes }) => `${sum(bytes)}  ${name}\n`).join("");
  files.push({ name: "SHA256SUMS", bytes: Buffer.from(sums) });
  const blocks = files.flatMap(({ name, bytes }) => [
    encodeTarHeader({ name, length: bytes.length }, 0),
    bytes,
    Buffer.alloc((512 - (bytes.length % 512)) % 512),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(1_024)]);
}

function disposable(store: RelayStore): Disposable & { readonly value: RelayStore } {
  return { value: store, [Symbol.dispose]: () => store.close() };
}
