import { describe, expect, it } from "vitest";
import { agreed, GroupWorld } from "./group-world.js";

describe("a message that was written before one knew better", { timeout: 120_000 }, () => {
  it("is said again when the group has gone on by more epochs than are kept", async () => {
    await using world = await GroupWorld.start();
    const [alice, bob] = [await world.registered("alice"), await world.registered("bob")];
    const conversation = await world.group("Friends", [alice, bob]);
    await world.settle(alice, bob);
    await world.offline(bob);
    for (let i = 0; i < 7; i++) await alice.client.editGroup(conversation, { title: `Friends ${i}` });

    // Sealed before anything is heard of the others.
    const back = world.back(bob);
    await back.client.send(conversation, "late", { wait: 0 });
    await world.settle(alice, back);
    agreed([alice, back], conversation);
    for (const person of [alice, back]) {
      expect(person.texts(conversation)).toEqual(["bob: late"]);
      expect(person.alarms).toEqual([]);
    }
    expect(back.client.read(conversation)).toMatchObject([{ state: "sent" }]);
  });

  it("is kept with the reason when one may not write any more", async () => {
    await using world = await GroupWorld.start();
    const [alice, bob] = [await world.registered("alice"), await world.registered("bob")];
    const conversation = await world.group("Friends", [alice, bob]);
    await world.settle(alice, bob);
    await world.offline(bob);
    await alice.client.editGroup(conversation, { permissions: { post: "admin" } });

    const back = world.back(bob);
    await back.client.send(conversation, "may I?", { wait: 0 });
    await world.settle(alice, back);
    expect(back.client.read(conversation)).toMatchObject([{ state: "failed", reason: "not-allowed" }]);
    expect(alice.texts(conversation)).toEqual([]);
    await expect(back.client.send(conversation, "and now?")).rejects.toMatchObject({ code: "not-allowed" });
  });

  it("is kept with the reason when one was put out", async () => {
    await using world = await GroupWorld.start();
    const [alice, bob] = [await world.registered("alice"), await world.registered("bob")];
    const conversation = await world.group("Friends", [alice, bob]);
    await world.settle(alice, bob);
    await world.offline(bob);
    await alice.client.removeMembers(conversation, ["bob"]);

    const back = world.back(bob);
    await back.client.send(conversation, "am I there?", { wait: 0 });
    await world.settle(alice, back);
    expect(back.client.list()).toMatchObject([{ state: "removed" }]);
    expect(back.client.read(conversation)).toMatchObject([{ state: "failed", reason: "not-active" }]);
    expect(alice.texts(conversation)).toEqual([]);
    expect([...alice.alarms, ...back.alarms]).toEqual([]);
  });
});
