import { buildPrograms } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";
import { accept, agreed, Crowd, namesOf, type Somebody } from "./crowd.js";

beforeAll(buildPrograms, 120_000);

it("six people: they come, talk, get roles, are put out, leave; and all who are there agree", {
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
  const conversation = await crowd.group("Six", [alice, bob, carol, dave]);

  await Promise.all([alice, bob, carol, dave].map(({ rpc, name }) => rpc.ask("send", conversation, `I am ${name}`)));
  expect(namesOf(await agreed([alice, bob, carol, dave], conversation))).toEqual(["alice", "bob", "carol", "dave"]);
  const spoken = await alice.texts(conversation);
  expect(spoken.toSorted()).toEqual(["alice", "bob", "carol", "dave"].map((name) => `${name}: I am ${name}`));
  for (const member of [bob, carol, dave]) expect(await member.texts(conversation)).toEqual(spoken);

  await alice.change("role", conversation, "@bob", "admin");
  await bob.catchUp();
  await bob.change("add", conversation, "@erin", "@frank");
  await Promise.all([accept(erin, conversation), accept(frank, conversation)]);
  expect(await bob.refusal("group", "remove", conversation, "@alice")).toBe("not-allowed");
  expect(await bob.refusal("group", "role", conversation, "@carol", "admin")).toBe("not-allowed");
  expect(await bob.refusal("group", "allow", conversation, "post", "admin")).toBe("not-allowed");

  // Only those who may post are heard.
  await alice.change("allow", conversation, "post", "admin");
  await Promise.all([bob, carol, erin].map((member) => member.catchUp()));
  expect(await carol.refusal("send", conversation, "may I?")).toBe("not-allowed");
  await bob.ask("send", conversation, "announcement");
  await Promise.all([carol.rpc.message("announcement"), erin.rpc.message("announcement")]);
  await alice.change("allow", conversation, "post", "member");
  await erin.catchUp();
  await erin.ask("send", conversation, "thank you");
  await frank.rpc.message("thank you");

  await bob.change("remove", conversation, "@dave");
  await dave.rpc.heard(({ state }) => state === "removed", "the removal of dave");
  await bob.ask("send", conversation, "without dave");
  await frank.rpc.message("without dave");
  expect(await dave.texts(conversation)).not.toContain("bob: without dave");

  expect(await erin.askOne("group", "leave", conversation)).toEqual({ conversation, state: "done" });
  expect(await erin.refusal("send", conversation, "and another thing")).toBe("not-active");
  expect(await erin.refusal("group", "add", conversation, "@dave")).toBe("not-active");

  // The only owner goes: the admin has the group from then on.
  expect(await alice.askOne("group", "leave", conversation)).toEqual({ conversation, state: "done" });
  const left = await agreed([bob, carol, frank], conversation);
  expect(left.members).toMatchObject([
    { username: "bob", role: "owner" },
    { username: "carol", role: "member" },
    { username: "frank", role: "member" },
  ]);
  await bob.change("role", conversation, "@carol", "owner");
  await carol.catchUp();
  // Whoever was put out may come again.
  await carol.change("add", conversation, "@dave");
  await accept(dave, conversation);
  await carol.change("rename", conversation, "Four");
  expect(await agreed([bob, carol, frank, dave], conversation)).toMatchObject({ title: "Four" });
  await dave.ask("send", conversation, "back again");
  for (const member of [bob, carol, frank]) await member.rpc.message("back again");
});
