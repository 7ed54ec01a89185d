import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CodedError } from "@redoubt/base";
import type { Client } from "@redoubt/client";
import { openLibsqlDriver } from "@redoubt/store/node";
import type { Dice } from "../dice.js";
import { mutateBytes } from "../mutate-bytes.js";
import { RelayHere } from "../relay/relay-here.js";
import type { OpenTarget, Target } from "../target.js";
import { acquainted, clientOn, homeFile, homeKey, offline } from "./full-clients.js";

/** One value of a client's database. */
interface Cell {
  readonly table: string;
  readonly column: string;
  readonly rowid: number;
  readonly value: Uint8Array;
}

/** What a client has stored, with something wrong in one value: everything that it is asked then is refused or answered. */
export const clientRows: Target = {
  name: "client-rows",
  share: 2,
  lanes: 1,
  checkEvery: 100,
  async open() {
    const folder = mkdtempSync(path.join(tmpdir(), "redoubt-fuzz-rows-"));
    const [whole, changed] = [homeFile(folder, "alice"), homeFile(folder, "changed")];
    await fillHome(whole, homeFile(folder, "bob"));
    return new ClientRows(folder, whole, changed);
  },
};

class ClientRows implements OpenTarget {
  readonly #files: { readonly folder: string; readonly whole: string; readonly changed: string };
  /** By table, so that one with many rows is not met more often than another. */
  readonly #tables: readonly (readonly Cell[])[];
  readonly #seen = new Set<string>();

  constructor(folder: string, whole: string, changed: string) {
    this.#files = { folder, whole, changed };
    const cells = cellsOf(whole);
    const names = [...new Set(cells.map(({ table }) => table))];
    this.#tables = names.map((name) => cells.filter(({ table }) => table === name));
  }

  async run(dice: Dice): Promise<string> {
    const { whole, changed } = this.#files;
    copyFileSync(whole, changed);
    rmSync(`${changed}-wal`, { force: true });
    const cell = dice.pick(dice.pick(this.#tables));
    const isTaken = change(changed, cell, mutateBytes(dice, cell.value));
    const outcome = isTaken ? await codedOnly(`${cell.table}.${cell.column}`, () => useAll(changed)) : "not taken";
    this.#seen.add(outcome);
    return outcome;
  }

  /** What was not changed is read. */
  check(): Promise<void> {
    return useAll(this.#files.whole);
  }

  missing(): readonly string[] {
    return ["read", "damaged"]
      .filter((outcome) => !this.#seen.has(outcome))
      .map((outcome) => `nothing came to ${outcome}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#files.folder, { recursive: true });
  }
}

async function fillHome(alicesFile: string, bobsFile: string): Promise<void> {
  await using open = await RelayHere.start();
  const [alice, bob] = [clientOn(alicesFile, open.url), clientOn(bobsFile, open.url)];
  await acquainted(alice, bob);
  await alice.close();
  await bob.close();
}

function cellsOf(file: string): readonly Cell[] {
  const driver = openLibsqlDriver(file, homeKey);
  try {
    const tables = driver
      .all("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%WITHOUT ROWID%'")
      .map(({ name }) => String(name))
      .filter((name) => !name.startsWith("sqlite_") && !name.startsWith("search"));
    return tables.flatMap((table) =>
      driver.all(`SELECT rowid AS "the rowid", * FROM ${table}`).flatMap((row) =>
        Object.entries(row).flatMap(([column, value]): Cell[] => {
          if (!(value instanceof Uint8Array)) return [];
          return [{ table, column, rowid: Number(row["the rowid"]), value }];
        }),
      ),
    );
  } finally {
    driver.close();
  }
}

/** @returns whether the database takes it */
function change(file: string, { table, column, rowid }: Cell, value: Uint8Array): boolean {
  const driver = openLibsqlDriver(file, homeKey);
  try {
    driver.run(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`, [value, rowid]);
    return true;
  } catch (error) {
    if (error instanceof CodedError && error.code === "constraint") return false;
    throw error;
  } finally {
    driver.close();
  }
}

async function codedOnly(what: string, work: () => Promise<void>): Promise<string> {
  try {
    await work();
    return "read";
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw new Error(`${what}: ${error instanceof Error ? error.stack : error}`);
  }
}

/** Opens a home where there is no network, asks for all that can be seen and writes something. */
async function useAll(file: string): Promise<void> {
  const client = clientOn(file, "http://127.0.0.1:9", offline);
  try {
    await useClient(client);
  } finally {
    await client.close();
  }
}

async function useClient(client: Client): Promise<void> {
  client.whoami();
  client.contacts();
  client.requests();
  client.profile();
  client.search("hello");
  for (const { conversation, kind, state } of client.list()) {
    client.read(conversation, { limit: 20 });
    if (kind === "group") client.groupInfo(conversation);
    if (state === "active") await client.send(conversation, "still here", { wait: 0 });
  }
}
