import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CodedError } from "@redoubt/base";
import type { Client } from "@redoubt/client";
import { openLibsqlDriver } from "@redoubt/store/node";
import type { Target } from "../campaign.js";
import { mutateBytes } from "../mutate-bytes.js";
import { acquainted, clientOn, homeFile, homeKey, offline } from "../people.js";
import { startOpenRelay } from "../test-relay.js";

/** One value of a client's database. */
interface Cell {
  readonly table: string;
  readonly column: string;
  readonly rowid: number;
  readonly value: Uint8Array;
}

/** What a client has stored, with something wrong in one value: everything that it is asked then is refused or answered. */
export async function clientRows(): Promise<Target> {
  const folder = mkdtempSync(path.join(tmpdir(), "redoubt-fuzz-rows-"));
  const [whole, changed] = [homeFile(folder, "alice"), homeFile(folder, "changed")];
  await fillHome(whole, homeFile(folder, "bob"));
  const cells = cellsOf(whole);
  const tables = [...new Set(cells.map(({ table }) => table))];
  const inTable = new Map(tables.map((table) => [table, cells.filter((cell) => cell.table === table)]));
  return {
    name: "client-rows",
    async attempt(chance) {
      copyFileSync(whole, changed);
      rmSync(`${changed}-wal`, { force: true });
      const cell = chance.pick(inTable.get(chance.pick(tables)) ?? []);
      const value = mutateBytes(chance, cell.value, cells.map((other) => other.value).slice(0, 50));
      const outcome = change(changed, cell, value);
      if (outcome !== undefined) return outcome;
      return codedOnly(`${cell.table}.${cell.column}`, () => useAll(changed));
    },
    honest: () => useAll(whole),
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true }),
  };
}

async function fillHome(alicesFile: string, bobsFile: string): Promise<void> {
  await using open = await startOpenRelay();
  const [alice, bob] = [clientOn(alicesFile, open.relay.url), clientOn(bobsFile, open.relay.url)];
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

/** @returns why the database does not take it */
function change(file: string, { table, column, rowid }: Cell, value: Uint8Array): string | undefined {
  const driver = openLibsqlDriver(file, homeKey);
  try {
    driver.run(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`, [value, rowid]);
    return undefined;
  } catch (error) {
    if (error instanceof CodedError && error.code === "constraint") return "not taken";
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
