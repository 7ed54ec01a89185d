import { existsSync } from "node:fs";
import path from "node:path";
import { openHomeKey, openLibsqlDriver } from "@redoubt/store/node";
import { buildPrograms, type Person, type Run, runRedoubt, World } from "@redoubt/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let world: World;
let alice: Person;
beforeAll(async () => {
  await buildPrograms();
  world = await World.start();
  alice = world.person("alice");
  await alice.do("register", "alice");
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

/** What a refused command said: nothing on stdout, one line of JSON on stderr. */
function refusal({ status, lines, errors }: Run): unknown {
  expect(lines).toEqual([]);
  expect(errors).toMatch(/^[^\n]+\n$/);
  const { error } = JSON.parse(errors) as { error: Record<string, unknown> };
  expect(Object.keys(error)).toEqual(["code", "message", "retry"]);
  return { status, code: error["code"], retry: error["retry"] };
}

describe("what is no command", () => {
  it.each([
    ["missing-command", []],
    ["unknown-command", ["teleport"]],
    ["unknown-option", ["list", "--all"]],
    ["missing-argument", ["send", "@bob"]],
  ])("%s: %j ends with status 2", async (code, words) => {
    expect(refusal(await alice.run("--json", ...words))).toEqual({ status: 2, code, retry: false });
  });

  it("is told to people in one line", async () => {
    expect(await alice.run("frobnicate")).toEqual({
      status: 2,
      lines: [],
      errors: "redoubt: There is no such command: `redoubt --help` lists them (frobnicate)\n",
    });
  });

  it("of rpc itself is told line by line", async () => {
    const { status, lines } = await runRedoubt(["rpc"], alice.environment, 'whoami\n["whoami", 1]\n["whoami"]\n');
    const told = lines.map((line) => JSON.parse(line) as { readonly error?: { readonly code: string } });
    expect(told.flatMap(({ error }) => error?.code ?? [])).toEqual(["malformed", "malformed"]);
    expect(lines.some((line) => line.includes('"username":"alice"'))).toBe(true);
    expect(status).toBe(0);
  });

  it("is answered within rpc, which goes on", async () => {
    await using rpc = alice.rpc();
    for (const [code, ...words] of [
      ["unknown-command", "teleport", "c0"],
      ["surplus-argument", "whoami", "alice"],
      ["bad-value", "read", "@bob", "--limit", "none"],
      ["unknown-option", "list", "--json"],
      ["not-in-rpc", "read", "@bob", "--follow"],
    ] as const) {
      await expect(rpc.ask(...words)).rejects.toMatchObject({ code });
    }
    expect(await rpc.askOne("whoami")).toMatchObject({ username: "alice" });
  });
});

describe("names", () => {
  it("of nobody, and of oneself", async () => {
    await using rpc = alice.rpc();
    for (const [code, ...words] of [
      ["unknown-user", "dm", "@nobody"],
      ["unknown-user", "send", "@nobody", "hello"],
      ["unknown-user", "verify", "@nobody"],
      ["unknown-conversation", "read", "00".repeat(32)],
      ["unknown-conversation", "accept", "@nobody"],
      ["yourself", "dm", "@alice"],
    ] as const) {
      await expect(rpc.ask(...words)).rejects.toMatchObject({ code, retry: false });
    }
  });

  it("that are taken, and the same home then takes another", async () => {
    const late = world.person("late");
    expect(refusal(await late.run("--json", "register", "alice"))).toEqual({
      status: 1,
      code: "name-taken",
      retry: false,
    });
    expect(await late.do("register", "later")).toMatchObject([{ username: "later" }]);
  });

  it("that are none", async () => {
    await using nobody = world.person("nobody").rpc();
    for (const name of ["al", "Alice", "9lives", "a b", "ünal", "a".repeat(33)]) {
      await expect(nobody.ask("register", name), name).rejects.toMatchObject({ code: "bad-username", retry: false });
    }
    expect(await nobody.askOne("register", "somebody")).toMatchObject({ username: "somebody" });
  });

  it("a second time in one home", async () => {
    const again = { status: 1, code: "already-registered", retry: false };
    expect(refusal(await alice.run("--json", "register", "alice_again"))).toEqual(again);
  });
});

describe("homes", () => {
  it("without an account are not made by asking", async () => {
    const stranger = world.person("stranger");
    expect(refusal(await stranger.run("--json", "list"))).toEqual({ status: 1, code: "not-registered", retry: false });
    expect(existsSync(stranger.home)).toBe(false);
  });

  it("are of one process at a time, and free again when it is killed", async () => {
    const rpc = alice.rpc();
    await rpc.ask("whoami");
    expect(refusal(await alice.run("--json", "whoami"))).toEqual({ status: 1, code: "home-in-use", retry: true });
    await rpc.kill();
    expect(await alice.do("whoami")).toMatchObject([{ username: "alice" }]);
  });

  it("of a later version are left alone", async () => {
    const later = world.person("of_a_later_version");
    await later.do("register", "of_a_later_version");
    const key = await openHomeKey(later.home);
    const driver = openLibsqlDriver(path.join(later.home, "store.db"), key);
    driver.exec("PRAGMA user_version = 1000");
    driver.close();
    for (const words of [["whoami"], ["send", "@alice", "hello"]]) {
      expect(refusal(await later.run("--json", ...words))).toEqual({ status: 1, code: "newer-version", retry: false });
    }
  });

  it("that are locked open with their passphrase alone", async () => {
    const locked = world.person("locked", world.relay.url, { REDOUBT_PASSPHRASE: "correct horse" });
    await locked.do("register", "locked");
    expect(await locked.do("whoami")).toMatchObject([{ username: "locked" }]);
    const wrong = world.person("locked", world.relay.url, { REDOUBT_PASSPHRASE: "battery staple" });
    expect(refusal(await wrong.run("--json", "whoami"))).toEqual({ status: 1, code: "wrong-passphrase", retry: false });
    const none = world.person("locked");
    expect(refusal(await none.run("--json", "whoami"))).toEqual({ status: 1, code: "passphrase-needed", retry: false });
  });
});
