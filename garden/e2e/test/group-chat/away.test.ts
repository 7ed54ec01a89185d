import { buildPrograms } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";
import { accept, agreed, Crowd, namesOf, type Somebody } from "./crowd.js";

beforeAll(buildPrograms, 120_000);

it("a member who was away for 50 messages and three commits has everything, in order", {
  timeout: 240_000,
}, async () => {
  await using crowd = await Crowd.start("alice", "bob", "carol", "dave", "erin", "frank");
  const [alice, bob, carol, dave, erin, frank] = crowd.all as [
    Somebody,
    Somebody,
    Somebody,
    Somebody,
    Somebody,
    Somebody,
  ];
  const conversation = await crowd.group("Travellers", [alice, bob, carol, dave, frank]);
  await Promise.all([alice, bob, carol, dave, frank].map((member) => member.catchUp()));
  await frank.rpc.end();

  let said = 0;
  /** All at once, so many each. */
  const say = (speakers: readonly Somebody[], count: number) => {
    said += speakers.length * count;
    const texts = Array.from({ length: count }, (_, i) => `message ${said + i}`);
    return Promise.all(speakers.flatMap((who) => texts.map((text) => who.ask("send", conversation, text))));
  };
  await say([alice, bob, carol, dave], 4);
  await alice.change("rename", conversation, "Travellers and others");
  await say([alice, bob], 5);
  await alice.change("add", conversation, "@erin");
  await accept(erin, conversation);
  await say([alice, dave, erin], 4);
  await alice.change("remove", conversation, "@carol");
  await say([erin, bob], 6);

  frank.rise();
  const info = await agreed([alice, bob, dave, erin, frank], conversation);
  expect(namesOf(info)).toEqual(["alice", "bob", "dave", "erin", "frank"]);
  expect(info).toMatchObject({ title: "Travellers and others" });
  const texts = await alice.texts(conversation);
  expect(texts).toHaveLength(50);
  expect(said).toBe(50);
  for (const member of [bob, dave, frank]) expect(await member.texts(conversation), member.name).toEqual(texts);
  await frank.ask("send", conversation, "I am back");
  await erin.rpc.message("I am back");
});
