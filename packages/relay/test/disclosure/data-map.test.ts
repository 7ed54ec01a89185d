import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { readDataMap } from "@redoubt/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SqlDatabase } from "../../../relay-store/src/driver.js";
import { dataMap, dataMapFile, renderDataMap } from "../../src/index.js";
import { describeFault } from "../../src/log.js";
import { TestRelay } from "../test-relay.js";
import { filesIn, fill } from "./held.js";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const relayCode = ["packages/relay", "packages/relay-core", "packages/relay-store", "apps/relayd"];
const namesOf = (place: string) => dataMap.filter((line) => line.place === place).map(({ name }) => name);

/** Every call of a logger in the relay's own code, as the fields it has and the line's message. */
function loggerCalls(): { readonly fields: readonly string[]; readonly message: string }[] {
  const sources = relayCode.flatMap((owner) => {
    const folder = path.join(root, owner, "src");
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    return names
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => path.join(folder, name));
  });
  const text = sources.map((file) => readFileSync(file, "utf8")).join("\n");
  const begun = text.match(/\blogger\s*\.\s*(trace|debug|info|warn|error|fatal)\s*\(/g) ?? [];
  const calls = [...text.matchAll(/\blogger\.\w+\((?:(describeFault)\(error\), |\{([^}]*)\}, )?"([^"]+)"\)/g)];
  // A call of another form would be one that this search does not understand.
  expect(calls).toHaveLength(begun.length);
  return calls.map(([, fault, literal = "", message = ""]) => {
    const own = literal.split(",").map((field) => (field.split(":")[0] as string).trim());
    return { message, fields: fault === undefined ? own.filter((field) => field !== "") : ["name", "code", "at"] };
  });
}

describe("the data map", () => {
  let relay: TestRelay;
  let metrics: string;
  const files = new Set<string>();
  beforeAll(async () => {
    relay = await TestRelay.start({ powBits: 0 });
    const { log } = await fill(relay);
    const watcher = await relay.connect();
    await watcher.call("watch", [log.logId, 1]);
    await relay.relay.night();
    metrics = await (await fetch(`${relay.relay.url}/metrics`)).text();
    for (const name of filesIn(relay.folder).keys()) files.add(name.replace(/^blobs\/.*/, "blobs/XX/ID"));
    // A table that has gone is a fault.
    const database = new SqlDatabase(path.join(relay.folder, "relay.db"));
    database.exec("ALTER TABLE account_entries RENAME TO gone");
    expect(await watcher.codeOf("lookup", ["alice"])).toBe("internal");
    database.exec("ALTER TABLE gone RENAME TO account_entries");
    database.close();
    await relay.stop();
    await relay.start();
    for (const name of filesIn(relay.folder).keys()) files.add(name.replace(/^blobs\/.*/, "blobs/XX/ID"));
  });
  afterAll(() => relay[Symbol.asyncDispose]());

  it("lists every metric and every label of a relay that was used, and no other", () => {
    const names = [...metrics.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => String(name));
    const labels = [...metrics.matchAll(/^(\w+)\{([^}]*)\} /gm)].flatMap(([, name, list = ""]) =>
      [...list.matchAll(/(\w+)="/g)].map(([, label]) => `${name}{${label}}`),
    );
    expect([...names, ...new Set(labels)].toSorted()).toEqual(namesOf("metric").toSorted());
  });

  it("lists every field of every line that the code can log, and no other", () => {
    const logged = loggerCalls().flatMap(({ message, fields }) => fields.map((field) => `${message}.${field}`));
    expect([...new Set(logged), "*.level", "*.time", "*.msg"].toSorted()).toEqual(namesOf("log").toSorted());
    expect(Object.keys(describeFault(Object.assign(new Error(), { code: "E" }))).toSorted()).toEqual([
      "at",
      "code",
      "name",
    ]);
  });

  it("lists every field of the lines that a relay has logged", () => {
    const lines = relay.logLines.map((line) => JSON.parse(line) as { msg: string });
    expect([...new Set(lines.map(({ msg }) => msg))].toSorted()).toEqual(["a request failed", "listening", "stopped"]);
    const known = new Set(namesOf("log"));
    const fields = lines.flatMap((line) => Object.keys(line).map((field) => [line.msg, field] as const));
    expect(fields.filter(([msg, field]) => !known.has(`*.${field}`) && !known.has(`${msg}.${field}`))).toEqual([]);
  });

  it("lists every file of the data folder of a relay that runs, and no other", () => {
    const listed = namesOf("file").filter((name) => name !== "restoring/…" && !name.startsWith("--"));
    expect([...files].toSorted()).toEqual(listed.toSorted());
    expect(statSync(path.join(relay.folder, "disclosure.key")).mode & 0o777).toBe(0o600);
  });

  it("is the contract's, has one line for each thing, and says of every secret why it opens no message", () => {
    expect(readDataMap(JSON.parse(Buffer.from(dataMapFile).toString()))).toEqual(dataMap);
    const names = dataMap.map(({ place, name }) => `${place} ${name}`);
    expect(new Set(names).size).toBe(names.length);
    const secrets = dataMap.filter((line) => line.class === "secret");
    expect(secrets.map(({ name }) => name)).toEqual(["disclosure.key", "--tls-key FILE"]);
    // What is of a class that could open something is the relay's own alone: no column is.
    expect(secrets.filter(({ place }) => place === "column")).toEqual([]);
  });

  it("is what docs/data-map.md shows", () => {
    const shown = readFileSync(path.join(root, "docs/data-map.md"), "utf8");
    expect(shown, "run npm run docs:data-map").toBe(renderDataMap());
  });
});
