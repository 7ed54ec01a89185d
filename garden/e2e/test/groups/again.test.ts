import { within } from "@redoubt/testkit";
import { nodePlatform } from "@redoubt/transport/node";
import { expect, it } from "vitest";
import { agreed, GroupWorld } from "./group-world.js";

it("whoever was put out and brought in again while away is in the group afterwards", { timeout: 120_000 }, async () => {
  await using world = await GroupWorld.start();
  const [alice, bob, carol] = [
    await world.registered("alice"),
    await world.registered("bob"),
    await world.registered("carol"),
  ];
  const conversation = await world.group("Friends", [alice, bob, carol]);
  await world.settle(alice, bob, carol);
  await world.offline(bob);
  await alice.client.removeMembers(conversation, ["bob"]);
  await alice.client.send(conversation, "while bob was out");
  expect(await alice.client.addMembers(conversation, ["bob"])).toMatchObject({ state: "done" });
  await alice.client.send(conversation, "and in again");

  const back = world.back(bob);
  await world.settle(back, alice, carol);
  agreed([alice, back, carol], conversation);
  await back.client.send(conversation, "thank you");
  await world.settle(alice, back, carol);
  expect(back.texts(conversation)).toEqual(["alice: and in again", "bob: thank you"]);
  expect(carol.texts(conversation)).toContain("bob: thank you");
  expect([alice, back, carol].flatMap(({ alarms }) => alarms)).toEqual([]);
});

it("the same where the inbox is read before the log has told of the removal", { timeout: 120_000 }, async () => {
  await using world = await GroupWorld.start();
  const [alice, bob] = [await world.registered("alice"), await world.registered("bob")];
  const conversation = await world.group("Friends", [alice, bob]);
  await world.settle(alice, bob);
  await world.offline(bob);
  await alice.client.removeMembers(conversation, ["bob"]);
  await alice.client.addMembers(conversation, ["bob"]);

  // Entries of logs are told late.
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const back = world.back(bob, {
    ...nodePlatform,
    openSocket: (url, { message, closed }) =>
      nodePlatform.openSocket(url, {
        closed,
        message: (bytes) => {
          if (url.endsWith("/v1/named")) return message(bytes);
          const copy = bytes.slice();
          gate.then(() => message(copy));
        },
      }),
  });
  await within(
    new Promise<void>((resolve) => {
      const look = () =>
        back.store.errands.list().some(({ kind }) => kind === "enter") ? resolve() : setImmediate(look);
      look();
    }),
    "the welcome to be kept",
  );
  expect(back.client.groupInfo(conversation).epoch).toBe(1);
  letGo();
  await world.settle(back, alice);
  agreed([alice, back], conversation);
  await back.client.send(conversation, "here I am");
  await world.settle(alice);
  expect(alice.texts(conversation)).toEqual(["bob: here I am"]);
});

it("whoever unblocks a person has the groups again that they were invited to by them, and no other", {
  timeout: 120_000,
}, async () => {
  await using world = await GroupWorld.start();
  const [alice, bob, carol] = [
    await world.registered("alice"),
    await world.registered("bob"),
    await world.registered("carol"),
  ];
  const first = await world.group("Friends", [alice, bob]);
  const second = await world.group("alice", [carol, bob]);
  await world.settle(alice, bob, carol);
  await bob.client.block(first);
  await bob.client.block(second);
  await alice.client.send(first, "do you hear me?");
  await bob.client.sync();
  expect(bob.texts(first)).toEqual([]);

  await bob.client.unblock("alice");
  await world.settle(alice, bob);
  const stateOf = (id: string) => bob.client.list().find(({ conversation }) => conversation === id)?.state;
  expect([stateOf(first), stateOf(second)]).toEqual(["active", "blocked"]);
  expect(bob.texts(first)).toEqual(["alice: do you hear me?"]);
  agreed([alice, bob], first);
});
