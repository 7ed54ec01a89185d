import { readFileSync, statSync } from "node:fs";
import { buildPrograms, World } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";

beforeAll(buildPrograms, 120_000);

const passphrase = { REDOUBT_PASSPHRASE: "correct horse battery staple" };

it("a home comes back from its backup, whole, and goes on", { timeout: 240_000 }, async () => {
  await using world = await World.start();
  const alice = world.person("alice", world.relay.url, passphrase);
  await using bob = world.person("bob").rpc();
  const [[registered]] = await Promise.all([alice.do("register", "alice"), bob.ask("register", "bob")]);
  await alice.do("send", "@bob", "before the backup");
  const { conversation } = await bob.heard(({ event }) => event === "request", "a request");
  await bob.ask("accept", String(conversation));
  await bob.ask("send", "@alice", "also before");
  await alice.do("sync");

  const file = world.folder.at("alice.backup");
  expect(await alice.do("backup", file)).toEqual([{ file, size: statSync(file).size }]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file).includes("SQLite format")).toBe(false);
  const again = await alice.run("--json", "backup", file);
  expect(JSON.parse(again.errors)).toMatchObject({ error: { code: "file-exists" } });
  expect(JSON.parse((await alice.run("--json", "restore", file)).errors)).toMatchObject({
    error: { code: "home-exists", retry: false },
  });

  await bob.ask("send", "@alice", "after the backup");
  const stranger = world.person("new", world.relay.url, { REDOUBT_PASSPHRASE: "wrong" });
  const refused = await stranger.run("--json", "restore", file);
  expect(JSON.parse(refused.errors)).toMatchObject({ error: { code: "wrong-passphrase", retry: false } });

  const restored = world.person("new", world.relay.url, passphrase);
  expect(await restored.do("restore", file)).toEqual([{ home: restored.home }]);
  const { account, device } = registered as Record<string, unknown>;
  expect(await restored.do("whoami")).toEqual([{ account, device, username: "alice", relay: world.relay.url }]);
  expect(await restored.do("sync")).toMatchObject([{ received: 1, pending: 0 }]);
  await restored.do("send", "@bob", "from the new home");
  expect(await bob.message("from the new home")).toMatchObject({ from: "alice", conversation });
  expect((await restored.do("read", "@bob")).map(({ text }) => text)).toEqual([
    "before the backup",
    "also before",
    "after the backup",
    "from the new home",
  ]);
});
