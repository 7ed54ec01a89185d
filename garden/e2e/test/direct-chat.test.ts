import { buildPrograms, World } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";

beforeAll(buildPrograms, 120_000);

const hex64 = expect.stringMatching(/^[0-9a-f]{64}$/);

it("two people meet by single commands: register, dm, request, accept, both ways", { timeout: 180_000 }, async () => {
  await using world = await World.start();
  const alice = world.person("alice");
  const bob = world.person("bob");

  const [registered] = await alice.do("register", "alice");
  expect(registered).toEqual({
    account: hex64,
    username: "alice",
    device: expect.stringMatching(/^[0-9a-f]{32}$/),
    recoveryKey: expect.any(Array),
  });
  expect(registered?.["recoveryKey"]).toHaveLength(24);
  await bob.do("register", "bob");
  const { account, device } = registered as Record<string, unknown>;
  expect(await alice.do("whoami")).toEqual([{ account, username: "alice", device, relay: world.relay.url }]);

  const [{ conversation } = {}] = await alice.do("dm", "@bob");
  expect(conversation).toEqual(hex64);
  const [sent] = await alice.do("send", "@bob", "hello, bob");
  expect(sent).toEqual({ message: hex64, conversation, state: "sent" });

  expect(await bob.do("sync")).toEqual([{ received: 1, sent: 0, pending: 0 }]);
  expect(await bob.do("requests")).toEqual([{ conversation, from: "alice", title: "alice" }]);
  const refused = await bob.run("--json", "send", String(conversation), "too early");
  expect(refused.status).toBe(1);
  expect(JSON.parse(refused.errors)).toMatchObject({ error: { code: "not-accepted", retry: false } });

  await bob.do("accept", String(conversation));
  expect(await bob.do("requests")).toEqual([]);
  const [answer] = await bob.do("send", String(conversation), "hello, alice", "--reply", String(sent?.["message"]));
  await alice.do("sync");

  const plain = { thread: null, mentions: [], mentionsMe: false, silent: false, expiresAt: null, unsupported: false };
  const untouched = { reactions: [], edited: false, deleted: false, attachments: [], ...plain };
  const rest = { conversation, ...untouched, at: expect.any(Number), deliveredTo: [], readBy: [] };
  const hello = { ...rest, message: sent?.["message"], from: "alice", text: "hello, bob", replyTo: null };
  const reply = { ...rest, message: answer?.["message"], from: "bob", text: "hello, alice", replyTo: hello.message };
  expect(await alice.do("read", String(conversation))).toEqual([
    { ...hello, state: "sent", deliveredTo: ["bob"] },
    { ...reply, state: "received" },
  ]);
  expect(await bob.do("read", String(conversation), "--limit", "1")).toEqual([{ ...reply, state: "sent" }]);
  expect(await alice.do("list")).toEqual([
    {
      conversation,
      kind: "direct",
      title: "bob",
      unread: 0,
      last: { text: reply.text, at: expect.any(Number) },
      state: "active",
      muted: null,
      pinned: false,
      draft: null,
      mentions: 0,
    },
  ]);

  const [ofAlice] = await alice.do("verify", "@bob");
  const [ofBob] = await bob.do("verify", "@alice", "--confirm");
  expect(ofAlice).toEqual({ username: "bob", safetyNumber: ofBob?.["safetyNumber"], confirmed: false });
  expect(ofBob).toEqual({ username: "alice", safetyNumber: expect.stringMatching(/^(\d{5} ?){12}$/), confirmed: true });
});

it("two people who are online hear each other at once, in order", { timeout: 120_000 }, async () => {
  await using world = await World.start();
  await using alice = world.person("alice").rpc();
  await using bob = world.person("bob").rpc();
  await Promise.all([alice.ask("register", "alice"), bob.ask("register", "bob")]);

  await alice.ask("send", "@bob", "a0");
  const { conversation } = await bob.heard(({ event }) => event === "request", "a request");
  await bob.ask("accept", String(conversation));
  for (let round = 1; round <= 10; round += 1) {
    const [said] = await Promise.all([alice.askOne("send", "@bob", `a${round}`), bob.message(`a${round}`)]);
    expect(said["state"]).toBe("sent");
    await Promise.all([bob.ask("send", "@alice", `b${round}`), alice.message(`b${round}`)]);
  }
  const texts = async (of: typeof alice) => (await of.ask("read", String(conversation))).map(({ text }) => text);
  const expected = ["a0", ...Array.from({ length: 10 }, (_, i) => [`a${i + 1}`, `b${i + 1}`]).flat()];
  expect(await texts(alice)).toEqual(expected);
  expect(await texts(bob)).toEqual(expected);
  expect(await alice.end()).toBe(0);
  expect(await bob.end()).toBe(0);
});

it("whoever was away gets everything, in order, and nobody hears a blocked person", { timeout: 180_000 }, async () => {
  await using world = await World.start();
  await using alice = world.person("alice").rpc();
  const bob = world.person("bob");
  await Promise.all([alice.ask("register", "alice"), bob.do("register", "bob")]);

  const texts = Array.from({ length: 30 }, (_, i) => `while you were away ${i}`);
  for (const text of texts) await alice.ask("send", "@bob", text);
  await using back = bob.rpc();
  const { conversation } = await back.heard(({ event }) => event === "request", "a request");
  await back.ask("accept", String(conversation));
  expect((await back.ask("read", "@alice")).map(({ text }) => text)).toEqual(texts);
  expect(await back.ask("sync")).toEqual([{ received: 0, sent: 0, pending: 0 }]);

  await back.ask("block", String(conversation));
  await alice.ask("send", "@bob", "do you hear me?");
  await back.ask("sync");
  expect(await back.ask("contacts")).toContainEqual(expect.objectContaining({ username: "alice", state: "blocked" }));
  expect(back.events.some(({ text }) => text === "do you hear me?")).toBe(false);
  await expect(back.ask("send", String(conversation), "no")).rejects.toMatchObject({ code: "blocked" });
  await expect(back.ask("send", "@alice", "no")).rejects.toMatchObject({ code: "blocked" });

  await back.ask("unblock", "@alice");
  await alice.ask("send", "@bob", "and now?");
  expect(await back.message("and now?")).toMatchObject({ from: "alice", conversation });
});
