import { writeFileSync } from "node:fs";
import { buildPrograms, RelayProcess, TemporaryFolder, World } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";

beforeAll(buildPrograms, 120_000);

it("without a relay one can read and write, and what was written goes out later", { timeout: 180_000 }, async () => {
  await using world = await World.start();
  const alice = world.person("alice");
  await using bob = world.person("bob").rpc();
  await Promise.all([alice.do("register", "alice"), bob.ask("register", "bob")]);
  await alice.do("send", "@bob", "one");
  const { conversation } = await bob.heard(({ event }) => event === "request", "a request");
  await bob.ask("accept", String(conversation));

  await world.relay.stop("SIGTERM");
  const begin = performance.now();
  expect(await alice.do("send", "@bob", "two")).toMatchObject([{ state: "queued", conversation }]);
  const elapsed = performance.now() - begin;
  expect(elapsed).toBeGreaterThan(9_000);
  expect(elapsed).toBeLessThan(25_000);
  expect(await alice.do("read", "@bob")).toMatchObject([
    { text: "one", state: "sent" },
    { text: "two", state: "pending" },
  ]);
  const carol = await world.person("carol").run("--json", "register", "carol");
  expect(carol.status).toBe(1);
  expect(JSON.parse(carol.errors)).toMatchObject({ error: { code: "unreachable", retry: true } });

  await world.relay.startAgain();
  expect(await alice.do("sync")).toMatchObject([{ pending: 0 }]);
  expect(await bob.message("two")).toMatchObject({ from: "alice" });
});

it("a relay whose storage is full says so, and what waits goes out when there is room", {
  timeout: 240_000,
}, async () => {
  await using world = await World.start("--max-storage", String(400_000));
  await using alice = world.person("alice").rpc();
  await using bob = world.person("bob").rpc();
  await Promise.all([alice.ask("register", "alice"), bob.ask("register", "bob")]);
  await alice.ask("send", "@bob", "begin");
  const { conversation } = await bob.heard(({ event }) => event === "request", "a request");
  await bob.ask("accept", String(conversation));

  const texts = ["begin"];
  for (let state: unknown = "sent"; state === "sent"; ) {
    const text = `${texts.length}:${"x".repeat(15_000)}`;
    texts.push(text);
    ({ state } = await alice.askOne("send", "@bob", text));
  }
  expect(texts.length).toBeLessThan(40);
  await world.relay.stop("SIGTERM");
  await world.relay.startAgain([]);
  await bob.message(texts.at(-1) as string);
  expect((await bob.ask("read", "@alice")).map(({ text }) => text)).toEqual(texts);
  expect(await alice.askOne("sync", "--wait", "30")).toMatchObject({ pending: 0 });
});

/** Preloaded into a process: its clock goes wrong by so many milliseconds. */
function wrongClock(milliseconds: number): Readonly<Record<string, string>> {
  const script = `const now = Date.now; Date.now = () => now() + ${milliseconds};`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}

it("people whose clocks are a day ahead and a day behind talk all the same", { timeout: 180_000 }, async () => {
  await using world = await World.start();
  const day = 86_400_000;
  await using early = world.person("early", world.relay.url, wrongClock(-day)).rpc();
  await using late = world.person("late", world.relay.url, wrongClock(day)).rpc();
  await using exact = world.person("exact").rpc();
  await Promise.all([early.ask("register", "early"), late.ask("register", "late"), exact.ask("register", "exact")]);
  for (const [name, from, to] of [
    ["late", early, late],
    ["exact", late, exact],
    ["early", exact, early],
  ] as const) {
    await from.ask("send", `@${name}`, `hello, ${name}`);
    const { conversation } = await to.heard(({ event }) => event === "request", `a request to ${name}`);
    await to.ask("accept", String(conversation));
    await to.ask("send", String(conversation), `welcome, says ${name}`);
    expect(await from.message(`welcome, says ${name}`)).toMatchObject({ from: name, conversation });
  }
  const [first] = await exact.ask("read", "@early");
  expect(Math.abs(Number(first?.["at"]) - Date.now())).toBeLessThan(day / 2);
});

it("a relay says why it does not start: port in use, data folder not writable or in use", {
  timeout: 120_000,
}, async () => {
  using folder = new TemporaryFolder();
  await using running = await RelayProcess.start({ data: folder.at("one") });
  const second = (data: string, port: number) => RelayProcess.start({ data, port });
  await expect(second(folder.at("two"), running.port)).rejects.toThrow("The port is in use");
  await expect(second(folder.at("one"), 0)).rejects.toThrow("Another relay is running on this data folder");
  writeFileSync(folder.at("file"), "");
  await expect(second(folder.at("file", "data"), 0)).rejects.toThrow("The data folder cannot be written");
});
