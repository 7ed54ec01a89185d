import { describe, expect, it } from "vitest";
import type { SqlDriver } from "../../src/driver.js";
import { StoreError } from "../../src/error.js";
import {
  createHomeKey,
  deleteKeyRecord,
  homeKeyState,
  keepHomeKey,
  openHomeKey,
  openSqliteDriver,
  openSqlitePool,
} from "../../src/web/index.js";
import { driverContract } from "../driver-contract.js";
import { runTests } from "./suite-in-worker.js";

/** Of dedicated workers alone, and so not in TypeScript's library for pages. */
interface SyncFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<{
    getSize(): number;
    read(bytes: Uint8Array, options: { readonly at: number }): number;
    write(bytes: Uint8Array, options: { readonly at: number }): number;
    close(): void;
  }>;
}

const key = new Uint8Array(32).fill(7);
const needle = "the needle that no page may show";

async function codeOf(work: () => unknown): Promise<string | undefined> {
  try {
    await work();
  } catch (error) {
    if (error instanceof StoreError) return error.code;
    throw error;
  }
  return undefined;
}

/** Every byte that the origin has in its private file system. */
async function allBytes(folder: FileSystemDirectoryHandle): Promise<string> {
  let text = "";
  for await (const handle of folder.values()) {
    if (handle instanceof FileSystemDirectoryHandle) text += await allBytes(handle);
    else
      text += new TextDecoder("latin1").decode(await (await (handle as FileSystemFileHandle).getFile()).arrayBuffer());
  }
  return text;
}

/** Changes one bit of the last page of the one database file there is. */
async function flipByte(folder: FileSystemDirectoryHandle): Promise<boolean> {
  for await (const handle of folder.values()) {
    if (handle instanceof FileSystemDirectoryHandle) {
      if (await flipByte(handle)) return true;
      continue;
    }
    const file = await (handle as SyncFileHandle).createSyncAccessHandle();
    try {
      const at = file.getSize() - 4_000;
      if (at < 8_192) continue;
      const byte = new Uint8Array(1);
      file.read(byte, { at });
      file.write(
        byte.map((value) => value ^ 1),
        { at },
      );
      return true;
    } finally {
      file.close();
    }
  }
  return false;
}

function keyTests(): void {
  describe("a home's key", () => {
    it("is drawn once, and opens without a passphrase until there is one", async () => {
      expect(await homeKeyState()).toBe("none");
      expect(await codeOf(() => openHomeKey())).toBe("no-key");
      const drawn = await createHomeKey();
      expect(await homeKeyState()).toBe("plain");
      expect(await openHomeKey()).toEqual(drawn);
      expect(await codeOf(createHomeKey)).toBe("home-exists");
    });

    it("takes its passphrase, which can be changed and taken away", async () => {
      const drawn = await openHomeKey();
      await keepHomeKey(drawn, "café");
      expect(await homeKeyState()).toBe("sealed");
      expect(await codeOf(() => openHomeKey())).toBe("passphrase-needed");
      expect(await codeOf(() => openHomeKey(""))).toBe("wrong-passphrase");
      expect(await codeOf(() => openHomeKey("cafe"))).toBe("wrong-passphrase");
      // The same letters, composed in another way.
      expect(await openHomeKey("cafe\u0301")).toEqual(drawn);
      expect(await codeOf(() => keepHomeKey(drawn, ""))).toBe("misuse");
      await keepHomeKey(drawn, "another");
      expect(await codeOf(() => openHomeKey("café"))).toBe("wrong-passphrase");
      await keepHomeKey(drawn);
      expect(await openHomeKey()).toEqual(drawn);
    });

    it("is gone when it is deleted", async () => {
      await deleteKeyRecord();
      expect(await homeKeyState()).toBe("none");
    });
  });
}

async function run() {
  const pool = await openSqlitePool();
  let opened: SqlDriver | undefined;
  const clear = () => {
    opened?.close();
    for (const name of pool.files.getFileNames()) pool.files.unlink(name);
  };
  const open = () => {
    clear();
    opened = openSqliteDriver(pool, "contract.db", key);
    return opened;
  };
  driverContract("SQLite in the browser", open);
  describe("a database file", () => {
    it("opens with its key alone, and holds what was written when it is opened again", async () => {
      clear();
      const first = openSqliteDriver(pool, "again.db", key);
      first.exec("CREATE TABLE t (text TEXT NOT NULL) STRICT");
      first.run("INSERT INTO t (text) VALUES (?)", [needle]);
      first.close();
      expect(
        await codeOf(() =>
          openSqliteDriver(
            pool,
            "again.db",
            key.map((byte) => byte ^ 1),
          ),
        ),
      ).toBe("wrong-key");
      const again = openSqliteDriver(pool, "again.db", key);
      expect(again.all("SELECT text FROM t")).toEqual([{ text: needle }]);
      again.close();
    });

    it("shows nothing of what is in it, and a changed page is told", async () => {
      const root = await navigator.storage.getDirectory();
      expect(await allBytes(root)).not.toContain("needle");
      expect(await allBytes(root)).not.toContain("SQLite format 3");
      pool.files.pauseVfs();
      expect(await flipByte(root)).toBe(true);
      await pool.files.unpauseVfs();
      const code = await codeOf(() => {
        const changed = openSqliteDriver(pool, "again.db", key);
        try {
          changed.all("SELECT * FROM t");
        } finally {
          changed.close();
        }
      });
      expect(["damaged", "wrong-key"]).toContain(code);
      clear();
    });

    it("would show it without the cipher", async () => {
      const plain = pool.open("plain.db");
      plain.exec(`CREATE TABLE t (text TEXT); INSERT INTO t VALUES ('${needle}')`);
      plain.close();
      expect(await allBytes(await navigator.storage.getDirectory())).toContain("needle");
      clear();
    });

    it("is one worker's, and keeps what it holds when another wants it and cannot have it", async () => {
      clear();
      const first = openSqliteDriver(pool, "kept.db", key);
      first.exec("CREATE TABLE t (text TEXT NOT NULL) STRICT");
      first.close();
      expect(await codeOf(openSqlitePool)).toBe("home-in-use");
      // Nobody has them, and the file system refuses all the same: SQLite's own way out would be to remove everything.
      pool.files.pauseVfs();
      const { prototype } = FileSystemFileHandle as unknown as { readonly prototype: SyncFileHandle };
      const { createSyncAccessHandle } = prototype;
      let calls = 0;
      prototype.createSyncAccessHandle = function () {
        calls += 1;
        // After the look whether all are free, and the one that SQLite tries the browser with.
        return calls > 7 ? Promise.reject(new DOMException("odd", "UnknownError")) : createSyncAccessHandle.call(this);
      };
      expect(await codeOf(openSqlitePool)).toBe("not-writable");
      prototype.createSyncAccessHandle = createSyncAccessHandle;
      await pool.files.unpauseVfs();
      const again = openSqliteDriver(pool, "kept.db", key);
      expect(again.all("SELECT * FROM t")).toEqual([]);
      again.close();
    });

    it("tells when the browser gives no more room", async () => {
      clear();
      const driver = openSqliteDriver(pool, "full.db", key);
      driver.exec("CREATE TABLE t (text TEXT NOT NULL) STRICT");
      const handles = globalThis as unknown as {
        readonly FileSystemSyncAccessHandle: { readonly prototype: { write(...values: unknown[]): number } };
      };
      const { prototype } = handles.FileSystemSyncAccessHandle;
      const { write } = prototype;
      prototype.write = () => {
        throw new DOMException("no room", "QuotaExceededError");
      };
      const insert = () => driver.run("INSERT INTO t (text) VALUES (?)", [needle]);
      expect(await codeOf(insert)).toBe("disk-full");
      prototype.write = write;
      insert();
      expect(driver.all("SELECT text FROM t")).toEqual([{ text: needle }]);
      driver.close();
    });
  });
  keyTests();
  return runTests();
}

run().then(
  (outcomes) => postMessage({ outcomes }),
  (error: unknown) =>
    postMessage({ fault: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) }),
);
