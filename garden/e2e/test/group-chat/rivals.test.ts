import { buildPrograms } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";
import { agreed, Crowd, type Somebody } from "./crowd.js";

beforeAll(buildPrograms, 120_000);

/** How often six people change things at once, and the relay is killed meanwhile. */
const rounds = process.env["REDOUBT_LONG"] === "1" ? 12 : 2;

it("six people change a group at once, and the relay is killed meanwhile: nothing is lost, and all agree", {
  timeout: 300_000,
}, async () => {
  await using crowd = await Crowd.start("alice", "bob", "carol", "dave", "erin", "frank");
  const all = crowd.all;
  const [alice, bob, carol, dave, erin, frank] = all as [Somebody, Somebody, Somebody, Somebody, Somebody, Somebody];
  const conversation = await crowd.group("Rivals", all);
  for (const { name } of all.slice(1)) await alice.change("role", conversation, `@${name}`, "owner");
  await Promise.all(all.map((member) => member.catchUp()));

  const said: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const isOdd = round % 2 === 1;
    const wishes: readonly (readonly [Somebody, ...string[]])[] = [
      [alice, "rename", conversation, `Rivals ${round}`],
      [bob, "describe", conversation, `round ${round}`],
      [carol, "rules", conversation, "--disappearing", String(1_000 + round)],
      [dave, "allow", conversation, "add", isOdd ? "admin" : "member"],
      [erin, "allow", conversation, "pin", isOdd ? "admin" : "member"],
      [frank, "rules", conversation, "--receipts", isOdd ? "off" : "on", "--typing", isOdd ? "off" : "on"],
    ];
    const before = bob.rpc.events.length;
    const changing = wishes.map(([who, ...words]) => who.askOne("group", ...words));
    const talking = all.map((who) => {
      said.push(`${who.name}: in round ${round}`);
      return who.askOne("send", conversation, `in round ${round}`);
    });
    // Some of the commits are there, others on their way.
    const isNews = (fields: Readonly<Record<string, unknown>>) => bob.rpc.events.indexOf(fields) >= before;
    await bob.rpc.heard((fields) => fields["event"] === "conversation" && isNews(fields), "a commit");
    await crowd.world.relay.stop("SIGKILL");
    await crowd.world.relay.startAgain();
    for (const { state } of await Promise.all(changing)) expect(["done", "queued"]).toContain(state);
    for (const { state } of await Promise.all(talking)) expect(["sent", "queued"]).toContain(state);

    expect(await agreed(all, conversation)).toMatchObject({
      title: `Rivals ${round}`,
      description: `round ${round}`,
      disappearing: 1_000 + round,
      permissions: { add: isOdd ? "admin" : "member", pin: isOdd ? "admin" : "member" },
      receipts: !isOdd,
      typing: !isOdd,
    });
  }
  const texts = await alice.texts(conversation);
  expect(texts.toSorted()).toEqual(said.toSorted());
  for (const member of all) expect(await member.texts(conversation), member.name).toEqual(texts);
});
