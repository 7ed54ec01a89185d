import { writeFileSync } from "node:fs";
import { buildPrograms, World } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";
import { accept, Crowd, type Somebody } from "./crowd.js";

beforeAll(buildPrograms, 120_000);

const hex64 = expect.stringMatching(/^[0-9a-f]{64}$/);

it("people make a group and change everything in it, and all see the same", { timeout: 240_000 }, async () => {
  await using crowd = await Crowd.start("alice", "bob", "carol", "dave");
  const { world } = crowd;
  const [alice, bob, carol, dave] = crowd.all as [Somebody, Somebody, Somebody, Somebody];

  const made = await alice.askOne("group", "create", "Our friends", "@bob", "@carol");
  const { conversation } = made as { conversation: string };
  expect(made).toEqual({ conversation: hex64, state: "done" });
  for (const person of [bob, carol]) {
    await person.rpc.heard(({ event }) => event === "request", "a request");
    expect(await person.ask("requests")).toEqual([{ conversation, from: "alice", title: "Our friends" }]);
    await person.ask("accept", conversation.slice(0, 8));
  }
  const hello = await alice.askOne("send", conversation, "hello, all");
  await Promise.all([bob.rpc.message("hello, all"), carol.rpc.message("hello, all")]);

  for (const [person, code, ...words] of [
    [bob, "not-allowed", "rename", conversation, "Bob's"],
    [bob, "not-allowed", "remove", conversation, "@carol"],
    [bob, "not-allowed", "move", conversation, world.relay.url],
    [alice, "unknown-user", "add", conversation, "@nobody"],
    [alice, "unknown-member", "remove", conversation, "@dave"],
    [alice, "missing-argument", "add", conversation],
    [alice, "missing-argument", "create", "Nobody"],
    [alice, "bad-value", "role", conversation, "@bob", "king"],
    [alice, "missing-argument", "rules", conversation],
    [alice, "unknown-command", "frobnicate", conversation],
    [alice, "bad-url", "move", conversation, "nowhere"],
    [alice, "bad-policy", "rename", conversation, ""],
    [alice, "no-file", "picture", conversation, "/no/such/file"],
  ] as const) {
    expect(await person.refusal("group", ...words), words.join(" ")).toBe(code);
  }

  const pinned = String(hello["message"]);
  const done = { conversation, state: "done" };
  const photo = world.folder.at("photo");
  writeFileSync(photo, new Uint8Array(16 * 1024 + 1));
  expect(await alice.refusal("group", "picture", conversation, photo)).toBe("too-large");
  writeFileSync(photo, new Uint8Array(16 * 1024).fill(7));
  for (const [person, ...words] of [
    [alice, "role", conversation, "@bob", "admin"],
    [bob, "rename", conversation, "Good \u001b[31mfriends"],
    [bob, "describe", conversation, "who like\neach other"],
    [bob, "picture", conversation, photo],
    [bob, "add", conversation, "@dave"],
    [alice, "allow", conversation, "pin", "member"],
    [alice, "rules", conversation, "--disappearing", "3600", "--receipts", "on"],
    [carol, "pin", conversation, pinned.slice(0, 12)],
  ] as const) {
    expect(await person.askOne("group", ...words), words.join(" ")).toEqual(done);
  }
  await accept(dave, conversation);

  const info = async (person: Somebody) => {
    await person.ask("sync");
    return person.askOne("group", "info", conversation);
  };
  const seen = await info(alice);
  const account = hex64;
  expect(seen).toEqual({
    conversation,
    kind: "group",
    title: "Good \u001b[31mfriends",
    description: "who like\neach other",
    avatar: Buffer.alloc(16 * 1024, 7).toString("base64"),
    epoch: expect.any(Number),
    treeHash: expect.stringMatching(/^[0-9a-f]{128}$/),
    state: "active",
    members: [
      { username: "alice", account, role: "owner", devices: 1 },
      { username: "bob", account, role: "admin", devices: 1 },
      { username: "carol", account, role: "member", devices: 1 },
      { username: "dave", account, role: "member", devices: 1 },
    ],
    permissions: { add: "admin", remove: "admin", info: "admin", post: "member", pin: "member" },
    pinned: [pinned],
    disappearing: 3600,
    receipts: true,
    typing: false,
    relay: world.relay.url,
  });
  for (const person of [bob, carol, dave]) expect(await info(person)).toEqual(seen);

  // A pin of a message from before one's time can be taken away.
  expect(await dave.refusal("group", "pin", conversation, "00".repeat(32), "--off")).toBe("unknown-message");
  expect(await dave.askOne("group", "pin", conversation, pinned.slice(0, 8), "--off")).toEqual(done);
  await carol.catchUp();
  expect(await carol.askOne("group", "pin", conversation, pinned)).toEqual(done);

  await bob.catchUp();
  await bob.ask("group", "remove", conversation, "@carol");
  const isRemoved = (fields: Readonly<Record<string, unknown>>) => fields["state"] === "removed";
  await carol.rpc.heard(isRemoved, "her removal");
  expect(await carol.ask("list")).toMatchObject([{ conversation, kind: "group", state: "removed" }]);
  expect(await carol.refusal("send", conversation, "still here?")).toBe("not-active");
  expect(await carol.refusal("group", "info", conversation)).toBe("not-active");
  expect(await carol.refusal("group", "leave", conversation)).toBe("not-active");
  await alice.ask("dm", "@dave");
  expect(await alice.refusal("group", "leave", "@dave")).toBe("not-a-group");

  expect(await bob.askOne("group", "leave", conversation)).toEqual(done);
  expect(await bob.ask("list")).toMatchObject([{ conversation, state: "left" }]);
  expect(await bob.refusal("send", conversation, "one more word")).toBe("not-active");
  expect(await info(alice)).toMatchObject({ members: [{ username: "alice" }, { username: "dave" }] });

  // What people are shown.
  await Promise.all([carol, bob, dave].map(({ rpc }) => rpc.end()));
  expect((await carol.person.run("read", conversation)).lines.at(-1)).toMatch(/^You were removed from this group/);
  expect((await bob.person.run("read", conversation)).lines.at(-1)).toMatch(/^You have left this group/);
  expect((await dave.person.run("group", "info", conversation.slice(0, 8))).lines).toEqual([
    "Good \ufffd[31mfriends",
    "about    who like",
    "    each other",
    "picture  16384 bytes",
    "rules    messages disappear after 3600 s, receipts on, typing off",
    "may      add: admin, remove: admin, info: admin, post: member, pin: member",
    `pinned   ${pinned.slice(0, 8)}`,
    `relay    ${world.relay.url}`,
    expect.stringMatching(/^epoch {4}\d+, tree [0-9a-f]{8}$/),
    "  @alice  owner   1 device",
    "  @dave   member  1 device",
  ]);
});

it("a group by single commands; whoever is blocked invites to none", { timeout: 120_000 }, async () => {
  await using world = await World.start();
  const [alice, bob] = [world.person("alice"), world.person("bob")];
  await Promise.all([alice.do("register", "alice"), bob.do("register", "bob")]);
  const [made] = await alice.do("group", "create", "First", "@bob");
  const { conversation } = made as { conversation: string };
  expect(made).toEqual({ conversation: hex64, state: "done" });
  await bob.do("sync");
  expect((await bob.run("requests")).lines).toEqual([`${conversation.slice(0, 8)} @alice invites to First`]);
  expect(await bob.do("block", conversation)).toEqual([{ conversation }]);
  await alice.do("group", "create", "Second", "@bob");
  await bob.do("sync");
  expect(await bob.do("requests")).toEqual([]);
  expect(await bob.do("list")).toMatchObject([{ title: "First", state: "blocked" }]);
});
