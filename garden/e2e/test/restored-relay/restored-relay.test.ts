import { buildPrograms } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";
import { alarmed, connected, heard, heardBy, RestoredWorld, textsOf } from "./restored-world.js";

beforeAll(buildPrograms, 120_000);

it("goes on with a chat of which the relay has forgotten the end", { timeout: 120_000 }, async () => {
  await using world = await RestoredWorld.start();
  const { alice, bob, chat } = await world.friends();
  await world.backUp();
  for (const text of ["a1", "a2"]) await heardBy([bob], alice, chat, text);
  for (const text of ["b1", "b2"]) await heardBy([alice], bob, chat, text);
  await world.restore();
  await Promise.all([alarmed(alice, "went-back"), alarmed(bob, "went-back")]);
  await heardBy([bob], alice, chat, "after");
  await heardBy([alice], bob, chat, "answer");
  const all = ["a1", "a2", "after", "answer", "b1", "b2", "hello"];
  for (const member of [alice, bob]) {
    expect(textsOf(member, chat)).toEqual(all);
    expect(member.client.read(chat).map(({ state }) => state)).not.toContain("pending");
  }
});

it("brings what the relay has forgotten to who was away, from whoever said it", { timeout: 120_000 }, async () => {
  await using world = await RestoredWorld.start();
  const { alice, bob, chat } = await world.friends();
  await world.backUp();
  await heardBy([bob], alice, chat, "bob was here");
  await world.go(bob);
  await alice.client.send(chat, "bob was away");
  await alice.client.sync();
  await world.restore();
  await alarmed(alice, "went-back");
  await alice.client.sync();
  const back = world.come("bob");
  await heard(back, "bob was away");
  expect(textsOf(back, chat)).toEqual(["bob was away", "bob was here", "hello"]);
});

it("lets who comes back when the log has grown again see that it is another, and say again what only they know", {
  timeout: 120_000,
}, async () => {
  await using world = await RestoredWorld.start();
  const { alice, bob, chat } = await world.friends();
  await world.backUp();
  await heardBy([bob], alice, chat, "a1");
  await world.go(bob);
  await heardBy([], alice, chat, "a2");
  await alice.client.sync();
  await world.go(alice);
  await world.restore();
  const bobAgain = world.come("bob");
  for (const text of ["b1", "b2", "b3", "b4"]) await heardBy([], bobAgain, chat, text);
  await bobAgain.client.sync();
  const aliceAgain = world.come("alice");
  await heardBy([bobAgain], aliceAgain, chat, "a3");
  const all = ["a1", "a2", "a3", "b1", "b2", "b3", "b4", "hello"];
  for (const text of ["b1", "b2", "b3", "b4"]) await heard(aliceAgain, text);
  await heard(bobAgain, "a2");
  for (const member of [aliceAgain, bobAgain]) expect(textsOf(member, chat)).toEqual(all);
});

it("creates a log again that the relay has lost, with the accounts in it that it has lost as well", {
  timeout: 120_000,
}, async () => {
  await using world = await RestoredWorld.start();
  await world.backUp();
  const { alice, bob, chat } = await world.friends();
  for (const text of ["one", "two"]) await heardBy([bob], alice, chat, text);
  await world.restore();
  // Whoever comes first creates it; to the other it is a log that went back.
  await Promise.all([alice, bob].map((member) => alarmed(member, "log-gone", "went-back")));
  await heardBy([bob], alice, chat, "three");
  await heardBy([alice], bob, chat, "four");
  for (const member of [alice, bob]) expect(textsOf(member, chat)).toEqual(["four", "hello", "one", "three", "two"]);
  await Promise.all([alice, bob].map(connected));
  // Both can be found and written to again: names, keys and inboxes are there.
  const carol = await world.registered("carol");
  const begun = await world.chat(carol, alice);
  await heardBy([carol], alice, begun, "welcome back");
  const other = await world.chat(carol, bob);
  await heardBy([bob], carol, other, "you too");
});

it("keeps a group together whose changes the relay has forgotten: who was put out stays out", {
  timeout: 120_000,
}, async () => {
  await using world = await RestoredWorld.start();
  const [alice, bob, carol, dave] = await Promise.all(
    ["alice", "bob", "carol", "dave"].map((n) => world.registered(n)),
  );
  if (!alice || !bob || !carol || !dave) throw new Error("nobody");
  const { conversation: group } = await alice.client.createGroup("us", ["bob", "dave"]);
  for (const member of [bob, dave]) {
    await member.client.sync();
    await member.client.accept(group);
  }
  await heardBy([bob, dave], alice, group, "before");
  await world.backUp();
  await alice.client.addMembers(group, ["carol"]);
  await carol.client.sync();
  await carol.client.accept(group);
  await alice.client.removeMembers(group, ["dave"]);
  await heardBy([alice, carol], bob, group, "forgotten");
  await world.restore();
  await Promise.all([alice, bob, carol].map((member) => alarmed(member, "went-back")));
  await heardBy([bob, carol], alice, group, "by alice");
  await heardBy([alice, carol], bob, group, "by bob");
  await heardBy([alice, bob], carol, group, "by carol");
  const all = ["before", "by alice", "by bob", "by carol", "forgotten"];
  for (const member of [alice, bob]) expect(textsOf(member, group)).toEqual(all);
  expect(textsOf(carol, group)).toEqual(all.filter((text) => text !== "before"));
  expect(textsOf(dave, group)).toEqual(["before"]);
});
