import { expect, it } from "vitest";
import { agreed, GroupWorld, type Member } from "./group-world.js";

it("a group whose tree is too large for a welcome: newcomers fetch it", { timeout: 180_000 }, async () => {
  await using world = await GroupWorld.start();
  const names = Array.from({ length: 34 }, (_, i) => `member_${i}`);
  const people: Member[] = [];
  for (const name of names) people.push(await world.registered(name));
  const [alice, bob, carol, late, ...others] = people as [Member, Member, Member, Member, ...Member[]];
  for (const member of others) await world.offline(member);

  const invited = names.filter((name) => name !== alice.name && name !== late.name);
  const { conversation, state } = await alice.client.createGroup("Everybody", invited, { wait: 60_000 });
  expect(state).toBe("done");
  for (const { client } of [bob, carol]) {
    await client.sync({ wait: 60_000 });
    await client.accept(conversation);
  }
  await bob.client.send(conversation, "so many of us");
  expect(await alice.client.addMembers(conversation, [late.name], { wait: 60_000 })).toMatchObject({ state: "done" });
  await late.client.sync({ wait: 60_000 });
  await late.client.accept(conversation);
  await late.client.send(conversation, "and one more");
  await world.settle(alice, bob, carol, late);
  agreed([alice, bob, carol, late], conversation);
  expect(carol.texts(conversation)).toEqual([`${bob.name}: so many of us`, `${late.name}: and one more`]);
  expect(alice.client.groupInfo(conversation).members).toHaveLength(34);
});
