import { buildPrograms, RunningProcess, redoubtProgram, World, within } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";

beforeAll(buildPrograms, 120_000);

it("chat sends every line, shows what comes in, and ends with its input", { timeout: 120_000 }, async () => {
  await using world = await World.start();
  const alice = world.person("alice");
  await using bob = world.person("bob").rpc();
  await Promise.all([alice.do("register", "alice"), bob.ask("register", "bob")]);

  let said = (_line: string) => {};
  const heard = new Promise<string>((resolve) => {
    said = resolve;
  });
  await using chat = new RunningProcess(redoubtProgram, ["chat", "@bob"], {
    environment: alice.environment,
    takeLine: (line) => {
      if (line.includes("@bob")) said(line);
    },
  });
  chat.write("hello\n\nare you there?\n");
  const { conversation } = await bob.heard(({ event }) => event === "request", "a request");
  await bob.ask("accept", String(conversation));
  await bob.message("are you there?");
  await bob.ask("send", "@alice", "yes \u001b[31m\nindeed");
  expect(await within(heard, "an answer")).toMatch(/^\d\d:\d\d @bob: yes \ufffd\[31m$/);
  chat.endInput();
  expect(await within(chat.ended, "the end of the chat")).toEqual({ status: 0, signal: null });
  expect(chat.errors).toBe("");
  expect(chat.lines.join("\n")).not.toContain("\u001b");
  expect((await bob.ask("read", "@alice")).map(({ text }) => text)).toEqual([
    "hello",
    "are you there?",
    "yes \u001b[31m\nindeed",
  ]);
});

it("read --follow goes on until it is stopped, and then ends well", { timeout: 120_000 }, async () => {
  await using world = await World.start();
  const alice = world.person("alice");
  await using bob = world.person("bob").rpc();
  await Promise.all([alice.do("register", "alice"), bob.ask("register", "bob")]);
  await alice.do("send", "@bob", "first");
  const { conversation } = await bob.heard(({ event }) => event === "request", "a request");
  await bob.ask("accept", String(conversation));

  let isFollowing = () => {};
  let hasHeard = () => {};
  const following = new Promise<void>((resolve) => {
    isFollowing = resolve;
  });
  const heard = new Promise<void>((resolve) => {
    hasHeard = resolve;
  });
  await using follower = new RunningProcess(redoubtProgram, ["--json", "read", "@bob", "--follow"], {
    environment: alice.environment,
    takeLine: (line) => (line.includes('"second"') ? hasHeard() : isFollowing()),
  });
  await within(following, "the first message");
  await bob.ask("send", "@alice", "second");
  await within(heard, "the second message");
  expect(await follower.kill("SIGTERM")).toEqual({ status: 0, signal: null });
  expect(follower.lines.map((line) => JSON.parse(line).text)).toEqual(["first", "second"]);
});
