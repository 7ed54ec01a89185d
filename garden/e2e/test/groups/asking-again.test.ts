import { nodePlatform } from "@redoubt/transport/node";
import { expect, it } from "vitest";
import { agreed, GroupWorld } from "./group-world.js";

const day = 86_400_000;

it("whoever asks to come back asks again when nobody answers", { timeout: 120_000 }, async () => {
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
  await alice.client.send(conversation, "unread");
  await world.settle(alice, bob);
  await world.offline(alice);
  await world.offline(bob);
  now += 40 * day;
  await world.relay.night();

  // Pauses of a minute and more end when the test says so.
  const pauses: (() => void)[] = [];
  const patient = {
    ...nodePlatform,
    schedule: (milliseconds: number, run: () => void) => {
      if (milliseconds < 50_000) return nodePlatform.schedule(milliseconds, run);
      pauses.push(run);
      return () => undefined;
    },
  };
  const back = world.back(carol, patient);
  await world.settle(back);
  expect(back.alarms).toEqual(["gap"]);
  // Whoever is there has lost the letter, and nobody else comes.
  const helper = world.back(alice, nodePlatform, ({ inbox }) => inbox.setCursor(inbox.cursor() + 1));
  await world.settle(helper);
  expect(helper.client.groupInfo(conversation).epoch).toBe(1);

  for (const end of pauses.splice(0)) end();
  expect(back.store.rejoins.list()).toMatchObject([{ times: 2 }]);
  await world.settle(back, helper);
  await world.settle(back, helper);
  agreed([helper, back], conversation);
  expect(back.store.rejoins.list()).toEqual([]);
  await back.client.send(conversation, "at last");
  await world.settle(back, helper);
  expect(helper.texts(conversation)).toEqual(["alice: unread", "carol: at last"]);
});
