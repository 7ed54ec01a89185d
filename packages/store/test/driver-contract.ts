import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SqlDriver, SqlParameter } from "../src/driver.js";
import { StoreError, type StoreErrorCode } from "../src/error.js";

/** The code of the StoreError that `work` throws. */
export function codeOf(work: () => unknown): StoreErrorCode | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof StoreError) return error.code;
    throw error;
  }
  return undefined;
}

/** Bytes of another class, as a Buffer is. */
class Bytes extends Uint8Array {}

/**
 * What every driver owes (see SqlDriver).
 *
 * @param open an open driver on an empty database, closed by whoever gave it
 */
export function driverContract(name: string, open: () => SqlDriver): void {
  const withTable = () => {
    const driver = open();
    driver.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, value ANY) STRICT");
    return driver;
  };
  const roundTrip = (driver: SqlDriver, value: SqlParameter) =>
    driver.get("SELECT ? AS value, typeof(?) AS type", [value, value]);
  const count = (driver: SqlDriver) => driver.get("SELECT count(*) AS n FROM t")?.["n"];

  describe(`${name}: values`, () => {
    it("come back as they went, under their own types", () => {
      const driver = open();
      expect(roundTrip(driver, null)).toEqual({ value: null, type: "null" });
      expect(roundTrip(driver, 7)).toEqual({ value: 7, type: "integer" });
      expect(roundTrip(driver, -(2 ** 53) + 1)).toEqual({ value: -(2 ** 53) + 1, type: "integer" });
      expect(roundTrip(driver, 0.5)).toEqual({ value: 0.5, type: "real" });
      expect(roundTrip(driver, "zwölf 🦉")).toEqual({ value: "zwölf 🦉", type: "text" });
      expect(roundTrip(driver, true)).toEqual({ value: 1, type: "integer" });
      expect(roundTrip(driver, false)).toEqual({ value: 0, type: "integer" });
      expect(roundTrip(driver, Uint8Array.of())).toEqual({ value: Uint8Array.of(), type: "blob" });
    });

    it("keep bytes of a view to the view, and give plain arrays of their own", () => {
      const driver = open();
      const view = Uint8Array.of(0, 1, 2, 3).subarray(1, 3);
      for (const bytes of [view, Bytes.of(1, 2)]) {
        const row = roundTrip(driver, bytes);
        expect(row).toEqual({ value: Uint8Array.of(1, 2), type: "blob" });
        const value = row?.["value"] as Uint8Array;
        expect(value.constructor).toBe(Uint8Array);
        expect(value.buffer.byteLength).toBe(2);
      }
    });

    it("of any other kind are refused, wherever they stand, and the driver goes on", () => {
      const driver = withTable();
      const scalars = fc.oneof(fc.constant(null), fc.maxSafeInteger(), fc.boolean(), fc.uint8Array({ maxLength: 9 }));
      const strangers = fc.oneof(
        fc.constantFrom<unknown>(
          undefined,
          Number.NaN,
          Infinity,
          2 ** 53,
          -(2 ** 60),
          "\ud800",
          "a\0b",
          Symbol("s"),
          5n,
        ),
        fc.constantFrom<unknown>([], {}, new Map(), new Date(), () => 1, new ArrayBuffer(2), new Uint16Array(2)),
        fc.constantFrom<unknown>(new DataView(new ArrayBuffer(2)), new Float64Array(1), new Proxy({}, {})),
        fc.anything().filter((value) => typeof value === "object" && value !== null && !(value instanceof Uint8Array)),
      );
      const methods = fc.constantFrom("run", "get", "all" as const);
      fc.assert(
        fc.property(methods, fc.array(scalars, { maxLength: 3 }), strangers, fc.nat(), (method, before, bad, at) => {
          const parameters: unknown[] = [...before];
          parameters.splice(at % (before.length + 1), 0, bad);
          const sql = `SELECT ${parameters.map(() => "?").join(", ")}`;
          expect(codeOf(() => driver[method](sql, parameters as SqlParameter[]))).toBe("misuse");
        }),
        { numRuns: 500 },
      );
      expect(count(driver)).toBe(0);
    });

    it("in the wrong number, named or numbered, or not in an array are refused", () => {
      const driver = open();
      expect(codeOf(() => driver.get("SELECT ?, ?", [1]))).toBe("misuse");
      expect(codeOf(() => driver.get("SELECT ?", [1, 2]))).toBe("misuse");
      expect(codeOf(() => driver.get("SELECT ?"))).toBe("misuse");
      expect(codeOf(() => driver.get("SELECT ?1", [1]))).toBe("misuse");
      expect(codeOf(() => driver.get("SELECT :a", [1]))).toBe("misuse");
      for (const parameters of [Bytes.of(1), { 0: 1, length: 1 }, true, "x", 1, null]) {
        const call = () => driver.run("SELECT ?", parameters as unknown as SqlParameter[]);
        expect(codeOf(call)).toBe("misuse");
      }
    });

    it("beyond 2^53-1 are not given inexactly", () => {
      expect(codeOf(() => open().get("SELECT 9007199254740993 AS value"))).toBe("damaged");
    });
  });

  describe(`${name}: statements`, () => {
    it("say how much they changed, and which row they inserted", () => {
      const driver = withTable();
      expect(driver.run("INSERT INTO t (value) VALUES (?), (?)", [1, 2])).toEqual({ changes: 2, lastRowId: 2 });
      expect(driver.run("UPDATE t SET value = ? WHERE id = ?", [9, 2]).changes).toBe(1);
      expect(driver.run("DELETE FROM t WHERE id = ?", [7]).changes).toBe(0);
      expect(driver.all("SELECT id, value FROM t ORDER BY id")).toEqual([
        { id: 1, value: 1 },
        { id: 2, value: 9 },
      ]);
      expect(driver.get("SELECT id FROM t WHERE id = ?", [5])).toBeUndefined();
    });

    it("that are no SQL, or are none, are misuse", () => {
      const driver = open();
      for (const sql of ["SELEKT 1", "", "SELECT * FROM nowhere"]) {
        expect(codeOf(() => driver.all(sql))).toBe("misuse");
      }
    });

    it("that break a rule of the schema are told as such, without what they hold", () => {
      const driver = open();
      driver.exec("CREATE TABLE k (id INTEGER PRIMARY KEY, b BLOB UNIQUE NOT NULL) STRICT");
      driver.exec("CREATE TABLE child (parent INTEGER NOT NULL REFERENCES k (id)) STRICT");
      driver.run("INSERT INTO k (b) VALUES (?)", [Uint8Array.of(1)]);
      expect(codeOf(() => driver.run("INSERT INTO k (b) VALUES (?)", [Uint8Array.of(1)]))).toBe("constraint");
      expect(codeOf(() => driver.run("INSERT INTO k (b) VALUES (?)", ["text"]))).toBe("constraint");
      expect(codeOf(() => driver.run("INSERT INTO k (b) VALUES (?)", [null]))).toBe("constraint");
      expect(codeOf(() => driver.run("INSERT INTO child (parent) VALUES (?)", [7]))).toBe("constraint");
    });
  });

  describe(`${name}: transactions`, () => {
    it("give what the work gives, and keep what it wrote", () => {
      const driver = withTable();
      expect(driver.transaction(() => driver.run("INSERT INTO t (value) VALUES (?)", [1]).lastRowId)).toBe(1);
      expect(count(driver)).toBe(1);
    });

    it("throw what the work throws, and undo what it wrote", () => {
      const driver = withTable();
      const boom = new Error("boom");
      const work = () => {
        driver.run("INSERT INTO t (value) VALUES (?)", [1]);
        throw boom;
      };
      expect(() => driver.transaction(work)).toThrow(boom);
      expect(count(driver)).toBe(0);
      driver.transaction(() => driver.run("INSERT INTO t (value) VALUES (?)", [1]));
      expect(count(driver)).toBe(1);
    });

    it("are undone whole when a statement in them fails", () => {
      const driver = withTable();
      const work = () => {
        driver.run("INSERT INTO t (id) VALUES (?)", [1]);
        driver.run("INSERT INTO t (id) VALUES (?)", [1]);
      };
      expect(codeOf(() => driver.transaction(work))).toBe("constraint");
      expect(count(driver)).toBe(0);
    });

    it("do not nest; the outer one is undone when the refusal is let through", () => {
      const driver = withTable();
      const work = () => {
        driver.run("INSERT INTO t (id) VALUES (?)", [1]);
        driver.transaction(() => 1);
      };
      expect(codeOf(() => driver.transaction(work))).toBe("misuse");
      expect(count(driver)).toBe(0);
    });

    it("are not held across an await", () => {
      const driver = withTable();
      const work = () => {
        driver.run("INSERT INTO t (id) VALUES (?)", [1]);
        return Promise.resolve(1);
      };
      expect(codeOf(() => driver.transaction(work))).toBe("misuse");
      expect(count(driver)).toBe(0);
    });
  });

  it(`${name}: a closed driver refuses everything but being closed`, () => {
    const driver = open();
    driver.close();
    driver.close();
    expect(codeOf(() => driver.exec("SELECT 1"))).toBe("misuse");
    expect(codeOf(() => driver.run("SELECT 1"))).toBe("misuse");
    expect(codeOf(() => driver.get("SELECT 1"))).toBe("misuse");
    expect(codeOf(() => driver.all("SELECT 1"))).toBe("misuse");
    expect(codeOf(() => driver.transaction(() => 1))).toBe("misuse");
  });
}
