import { describe, expect, it } from "vitest";
import { agreed, GroupWorld } from "./group-world.js";

describe("a group", { timeout: 120_000 }, () => {
  it("is made, talked in, renamed, grows, shrinks; and all agree", async () => {
    await using world = await GroupWorld.start();
    const [alice, bob, carol] = [
      await world.registered("alice"),
      await world.registered("bob"),
      await world.registered("carol"),
    ];
    const dave = await world.registered("dave");
    const conversation = await world.group("Friends", [alice, bob, carol]);
    await alice.client.send(conversation, "hello");
    await bob.client.send(conversation, "hello yourself");
    await world.settle(alice, bob, carol);
    for (const person of [alice, bob, carol]) {
      expect(person.texts(conversation)).toEqual(["alice: hello", "bob: hello yourself"]);
      expect(person.alarms).toEqual([]);
    }
    agreed([alice, bob, carol], conversation);

    expect(await alice.client.editGroup(conversation, { title: "Good friends" })).toMatchObject({ state: "done" });
    await expect(bob.client.editGroup(conversation, { title: "Mine" })).rejects.toMatchObject({ code: "not-allowed" });
    await expect(bob.client.removeMembers(conversation, ["carol"])).rejects.toMatchObject({ code: "not-allowed" });
    await alice.client.setRole(conversation, "bob", "admin");
    await bob.client.sync();
    expect(await bob.client.addMembers(conversation, ["dave"])).toMatchObject({ state: "done" });
    await dave.client.sync();
    expect(dave.client.requests()).toMatchObject([{ from: "bob", title: "Good friends" }]);
    await dave.client.accept(conversation);
    await dave.client.send(conversation, "thank you");
    await world.settle(alice, bob, carol, dave);
    agreed([alice, bob, carol, dave], conversation);
    expect(dave.texts(conversation)).toEqual(["dave: thank you"]);

    expect(await bob.client.removeMembers(conversation, ["carol"])).toMatchObject({ state: "done" });
    await carol.client.sync();
    expect(carol.client.list()).toMatchObject([{ state: "removed" }]);
    await expect(carol.client.send(conversation, "still here?")).rejects.toMatchObject({ code: "not-active" });
    await alice.client.send(conversation, "without carol");
    await world.settle(alice, bob, dave);
    agreed([alice, bob, dave], conversation);
    expect(dave.texts(conversation)).toEqual(["dave: thank you", "alice: without carol"]);
    expect(carol.texts(conversation)).not.toContain("alice: without carol");
    expect([alice, bob, dave].flatMap(({ alarms }) => alarms)).toEqual([]);
  });
});
