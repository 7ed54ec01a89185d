import { nodePlatform } from "@redoubt/transport/node";
import { describe, expect, it } from "vitest";
import { agreed, GroupWorld, offlinePlatform } from "./group-world.js";

describe("moving a conversation", { timeout: 120_000 }, () => {
  it("takes a group to another relay, with those who were away, and what was under way", async () => {
    await using world = await GroupWorld.start();
    await using other = await world.another("other-relay");
    const [alice, bob, carol] = [
      await world.registered("alice"),
      await world.registered("bob"),
      await world.registered("carol"),
    ];
    const conversation = await world.group("Movers", [alice, bob, carol]);
    await alice.client.send(conversation, "before");
    await world.settle(alice, bob, carol);
    await world.offline(carol);
    await expect(bob.client.moveConversation(conversation, other.url)).rejects.toMatchObject({ code: "not-allowed" });
    expect(await alice.client.moveConversation(conversation, other.url)).toMatchObject({ state: "done" });
    await bob.client.sync();
    await bob.client.send(conversation, "after");
    expect(bob.client.groupInfo(conversation).relay).toBe(other.url);
    const back = world.back(carol);
    await world.settle(alice, bob, back);
    agreed([alice, bob, back], conversation);
    for (const person of [alice, bob, back]) {
      expect(person.texts(conversation)).toEqual(["alice: before", "bob: after"]);
      expect(person.alarms).toEqual([]);
    }
    expect(await alice.client.removeMembers(conversation, ["carol"])).toMatchObject({ state: "done" });
    await bob.client.send(conversation, "still here");
    await world.settle(alice, bob);
    expect(alice.texts(conversation)).toContain("bob: still here");
  });

  it("takes along what was sealed for the old log and had not been sent", async () => {
    await using world = await GroupWorld.start();
    await using other = await world.another("other-relay");
    const [alice, bob] = [await world.registered("alice"), await world.registered("bob")];
    const conversation = await world.group("Late", [alice, bob]);
    await world.settle(alice, bob);
    await world.offline(bob);
    const cutOff = world.back(bob, offlinePlatform);
    expect(await cutOff.client.send(conversation, "sealed before", { wait: 0 })).toMatchObject({ state: "queued" });
    expect(cutOff.store.outbox.count()).toBe(1);
    await world.offline(cutOff);
    expect(await alice.client.moveConversation(conversation, other.url)).toMatchObject({ state: "done" });
    const back = world.back(bob);
    await world.settle(back, alice);
    expect(alice.texts(conversation)).toEqual(["bob: sealed before"]);
    expect(back.client.read(conversation)).toMatchObject([{ text: "sealed before", state: "sent" }]);
  });

  it("tells in the new log what was sealed to be told in the old one", async () => {
    await using world = await GroupWorld.start();
    await using other = await world.another("other-relay");
    const [alice, bob] = [await world.registered("alice"), await world.registered("bob")];
    const conversation = await world.group("Late", [alice, bob]);
    await world.settle(alice, bob);
    await world.offline(bob);
    let isMute = false;
    const cutOff = world.back(bob, {
      ...nodePlatform,
      openSocket: (url, handlers) => {
        const socket = nodePlatform.openSocket(url, handlers);
        return { send: (bytes) => (isMute ? undefined : socket.send(bytes)), close: () => socket.close() };
      },
    });
    await world.settle(cutOff);
    isMute = true;
    cutOff.client.setProfile({ name: "Bob" });
    expect(cutOff.store.outbox.count()).toBe(1);
    await world.offline(cutOff);
    expect(await alice.client.moveConversation(conversation, other.url)).toMatchObject({ state: "done" });
    await world.settle(world.back(bob), alice);
    expect(alice.client.profile("bob")).toMatchObject({ name: "Bob" });
  });

  it("takes a direct conversation too, by either side", async () => {
    await using world = await GroupWorld.start();
    await using other = await world.another("other-relay");
    const [alice, bob] = [await world.registered("alice"), await world.registered("bob")];
    const conversation = await alice.client.directWith("bob");
    await alice.client.send(conversation, "hello");
    await bob.client.sync();
    await bob.client.accept(conversation);
    expect(await bob.client.moveConversation(conversation, `${other.url}/`)).toMatchObject({ state: "done" });
    await world.settle(alice, bob);
    await alice.client.send(conversation, "over there");
    await world.settle(alice, bob);
    expect(bob.texts(conversation)).toEqual(["alice: hello", "alice: over there"]);
    await expect(alice.client.moveConversation(conversation, "nowhere")).rejects.toMatchObject({ code: "bad-url" });
  });
});
