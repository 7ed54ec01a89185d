import { copyFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { agreed, GroupWorld } from "./group-world.js";

const day = 86_400_000;

describe("coming back", { timeout: 120_000 }, () => {
  it("after longer than the relay keeps entries: one is brought in anew, and told what is lost", async () => {
    let now = Date.now();
    await using world = await GroupWorld.start(() => now);
    const [alice, bob, carol] = [
      await world.registered("alice"),
      await world.registered("bob"),
      await world.registered("carol"),
    ];
    const conversation = await world.group("Travellers", [alice, bob, carol]);
    await world.settle(alice, bob, carol);
    await world.offline(carol);
    for (let i = 0; i < 3; i++) await alice.client.send(conversation, `unread ${i}`);
    await bob.client.sync();
    now += 40 * day;
    await world.relay.night();
    const back = world.back(carol);
    await back.client.sync({ wait: 500 });
    await world.settle(alice, bob);
    await world.settle(back, alice, bob);
    agreed([alice, bob, back], conversation);
    expect(back.alarms).toEqual(["gap"]);
    const lost = back.events.find(({ kind }) => kind === "lost");
    expect(lost).toMatchObject({ conversation });
    await back.client.send(conversation, "I am back");
    await alice.client.send(conversation, "welcome back");
    await world.settle(alice, bob, back);
    expect(back.texts(conversation)).toEqual(["carol: I am back", "alice: welcome back"]);
    expect(bob.texts(conversation).slice(-2)).toEqual(["carol: I am back", "alice: welcome back"]);
  });

  it("with an older home: the commits that it made since put it behind, and it is brought in anew", async () => {
    await using world = await GroupWorld.start();
    const [alice, bob, carol] = [
      await world.registered("alice"),
      await world.registered("bob"),
      await world.registered("carol"),
    ];
    const conversation = await world.group("Backups", [alice, bob, carol]);
    await alice.client.setRole(conversation, "carol", "admin");
    await world.settle(alice, bob, carol);
    await world.offline(carol);
    const file = world.file(carol);
    copyFileSync(file, `${file}.old`);
    const again = world.back(carol);
    await again.client.editGroup(conversation, { title: "Forgotten" });
    await world.offline(again);
    copyFileSync(`${file}.old`, file);
    const behind = world.back(carol);
    await behind.client.sync({ wait: 500 });
    await world.settle(alice, bob);
    await behind.client.sync({ wait: 500 });
    await world.settle(alice, bob);
    await world.settle(behind, alice, bob);
    agreed([alice, bob, behind], conversation);
    expect(behind.alarms).toEqual(["left-behind", "minority"]);
    await behind.client.send(conversation, "in step again");
    await world.settle(alice, bob);
    expect(alice.texts(conversation)).toEqual(["carol: in step again"]);
  });
});
