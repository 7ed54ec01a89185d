import { describe, expect, it } from "vitest";
import { agreed, GroupWorld } from "./group-world.js";

describe("leaving a group", { timeout: 120_000 }, () => {
  it("is done by whoever stays, and who has left neither writes nor hears", async () => {
    await using world = await GroupWorld.start();
    const [alice, bob, carol] = [
      await world.registered("alice"),
      await world.registered("bob"),
      await world.registered("carol"),
    ];
    const conversation = await world.group("Three", [alice, bob, carol]);
    expect(await bob.client.leaveGroup(conversation)).toMatchObject({ state: "done" });
    expect(bob.client.list()).toMatchObject([{ state: "left" }]);
    await expect(bob.client.send(conversation, "one more thing")).rejects.toMatchObject({ code: "not-active" });
    await alice.client.send(conversation, "he is gone");
    await world.settle(alice, carol, bob);
    agreed([alice, carol], conversation);
    expect(alice.client.groupInfo(conversation).members.map(({ username }) => username)).toEqual(["alice", "carol"]);
    expect(bob.texts(conversation)).toEqual([]);
  });

  it("waits for whoever comes online, over other commits; and the last owner's group belongs to all", async () => {
    await using world = await GroupWorld.start();
    const [alice, bob] = [await world.registered("alice"), await world.registered("bob")];
    const conversation = await world.group("Two", [alice, bob]);
    await world.offline(bob);
    expect(await alice.client.leaveGroup(conversation, { wait: 500 })).toMatchObject({ state: "queued" });
    const back = world.back(bob);
    await world.settle(back, alice);
    expect(alice.client.list()).toMatchObject([{ state: "left" }]);
    const { members } = back.client.groupInfo(conversation);
    expect(members).toMatchObject([{ username: "bob", role: "owner" }]);
    expect(await back.client.editGroup(conversation, { title: "Mine" })).toMatchObject({ state: "done" });
  });
});
