import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SqlDatabase, type SqlParameter, sqliteCode } from "../src/driver.js";

let folder: string;
let database: SqlDatabase;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "redoubt-driver-"));
  database = new SqlDatabase(path.join(folder, "test.db"));
  database.exec("CREATE TABLE things (id INTEGER PRIMARY KEY, value)");
});

afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

describe("the driver of libsql", () => {
  it("refuses parameters of any type that would end the process, and stores the others", () => {
    const insert = database.prepare("INSERT INTO things (value) VALUES (?) RETURNING value");
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withTypedArray: true, withMap: true }), (value) => {
        let stored: unknown;
        try {
          stored = insert.get(value as SqlParameter)?.[0];
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          return;
        }
        expect(stored).toEqual(typeof value === "boolean" ? Number(value) : value);
      }),
      { numRuns: 500 },
    );
  });

  it.each([[[]], [[1, 2]]])("refuses a number of parameters other than the statement's: %j", (parameters) => {
    const insert = database.prepare("INSERT INTO things (value) VALUES (?)");
    expect(() => insert.run(...parameters)).toThrow(TypeError);
  });

  it.each([[undefined], [1.5], [2 ** 53], [Number.NaN], [[]], [new ArrayBuffer(2)], [1n], [{}]])(
    "refuses %s by its type",
    (value) => {
      const insert = database.prepare("INSERT INTO things (value) VALUES (?)");
      expect(() => insert.run(value as SqlParameter)).toThrow(TypeError);
    },
  );

  it("gives plain byte arrays, by all and by get, of parts of buffers as well", () => {
    const insert = database.prepare("INSERT INTO things (value) VALUES (?) RETURNING id");
    const id = Number(insert.get(Buffer.from("abcdef").subarray(2, 4))?.[0]);
    const select = database.prepare("SELECT value FROM things WHERE id = ?");
    for (const value of [select.get(id)?.[0], select.all(id)[0]?.[0]]) {
      expect(value).toEqual(Uint8Array.of(0x63, 0x64));
      expect(Buffer.isBuffer(value)).toBe(false);
    }
    expect(select.get(-1)).toBeUndefined();
  });

  it("tells SQLite's errors by their code", () => {
    const insert = database.prepare("INSERT INTO things (id) VALUES (?)");
    insert.run(1_000_000);
    let code: string | undefined;
    try {
      insert.run(1_000_000);
    } catch (error) {
      code = sqliteCode(error);
    }
    expect(code).toBe("SQLITE_CONSTRAINT_PRIMARYKEY");
    expect(sqliteCode(new Error("other"))).toBeUndefined();
  });
});
