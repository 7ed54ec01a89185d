import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildPrograms, Person, RelayProcess, TemporaryFolder } from "@redoubt/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { filesOf } from "../needle/haystacks.js";

const program = fileURLToPath(new URL("../../../../apps/relayd/bin/redoubt-relay.js", import.meta.url));

/** Runs the relay's program to its end. */
async function run(...words: readonly string[]): Promise<{ status: number; output: string; errors: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, ...words]);
    return { status: 0, output: stdout, errors: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, output: stdout, errors: stderr };
  }
}

const folder = new TemporaryFolder();
const data = folder.at("relay");
let relay: RelayProcess;
let alice: Person;

beforeAll(async () => {
  await buildPrograms();
  relay = await RelayProcess.start({ data });
  alice = new Person({ name: "alice", home: folder.at("alice"), relay: relay.url });
  await alice.do("register", "alice");
}, 120_000);

afterAll(async () => {
  await relay[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

describe("by its programs", () => {
  it("a relay that runs discloses an account, and anybody checks it with the key that it publishes", {
    timeout: 60_000,
  }, async () => {
    const out = folder.at("out");
    const disclosed = await run("disclose", "--data", data, "--account", "alice", "--out", out);
    expect(disclosed).toMatchObject({ status: 0, errors: "" });
    expect(disclosed.output).toMatch(/^Found account @alice\.\n {2}accounts +1 row\n/);
    const key = (await run("disclose", "key", "--data", data)).output.trim();
    expect(await (await fetch(`${relay.url}/v1/disclosure-key`)).text()).toBe(`${key}\n`);
    const checked = await run("disclose", "verify", out, "--key", key);
    expect(checked.output).toContain(`It holds: 9 files, signed by ${key}\n`);
    writeFileSync(`${out}/rows/devices.jsonl`, "");
    const altered = await run("disclose", "verify", out, "--key", key);
    expect(altered).toMatchObject({ status: 1, output: "" });
    expect(altered.errors).toBe("redoubt-relay: A file is not what was signed (rows/devices.jsonl)\n");
    expect(await run("disclose", "--data", data, "--account", "Alice", "--out", `${out}2`)).toMatchObject({
      status: 1,
      output: "",
    });
    expect(existsSync(`${out}2`)).toBe(false);
  });

  it("a person reads and keeps what the relay holds on them, which checks like the operator's", {
    timeout: 60_000,
  }, async () => {
    const out = folder.at("mine");
    const [said] = await alice.do("disclose-me", "--out", out);
    const { account } = (await alice.do("whoami"))[0] as { account: string };
    expect(said).toMatchObject({
      relay: "localhost",
      isKeyNew: true,
      folder: out,
      account: { id: account, devices: 1 },
    });
    const files = (said as { files: { path: string; size: number }[] }).files;
    for (const { path: name, size } of files) expect(readFileSync(`${out}/${name}`)).toHaveLength(size);
    expect(filesOf(out).size).toBe(files.length);
    expect((await run("disclose", "verify", out)).status).toBe(0);
    const again = await alice.run("--json", "disclose-me", "--out", out);
    expect([again.status, JSON.parse(again.errors).error.code]).toEqual([1, "file-exists"]);
    const people = await alice.run("disclose-me");
    expect(people.status).toBe(0);
    expect(people.lines.join("\n")).toContain("What it says it holds nowhere:");
    expect(people.lines.join("\n")).toMatch(/Signed by localhost\+[0-9a-f]{8}\+\S+, as before\./);
  });

  it("the list of what a relay holds is the one whose hash is in what it discloses", async () => {
    const { output } = await run("data-map", "--json");
    expect(Buffer.from(output)).toEqual(filesOf(folder.at("mine")).get("data-map.json"));
    expect((await run("data-map")).output).toContain("column  accounts.username  (pseudonym)");
  });
});
