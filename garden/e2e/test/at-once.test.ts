import { buildPrograms, World } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";

beforeAll(buildPrograms, 120_000);

it("two who open a chat with each other at once end up in the same one", { timeout: 120_000 }, async () => {
  await using world = await World.start();
  await using alice = world.person("alice").rpc();
  await using bob = world.person("bob").rpc();
  await Promise.all([alice.ask("register", "alice"), bob.ask("register", "bob")]);

  await Promise.all([alice.ask("dm", "@bob"), bob.ask("dm", "@alice")]);
  for (const person of [alice, bob]) await person.ask("sync");
  for (const person of [alice, bob]) await person.ask("sync");
  const [ofAlice, ofBob] = await Promise.all([
    alice.askOne("send", "@bob", "from alice"),
    bob.askOne("send", "@alice", "from bob"),
  ]);
  expect(ofAlice).toMatchObject({ state: "sent", conversation: ofBob["conversation"] });
  await Promise.all([alice.message("from bob"), bob.message("from alice")]);
  await Promise.all([alice.ask("send", "@bob", "again alice"), bob.ask("send", "@alice", "again bob")]);
  await Promise.all([alice.message("again bob"), bob.message("again alice")]);

  const texts = async (of: typeof alice) => {
    const messages = await of.ask("read", String(ofAlice["conversation"]));
    return messages.map(({ text, from }) => `${from}: ${text}`);
  };
  const read = await texts(alice);
  expect(read.toSorted()).toEqual(["alice: again alice", "alice: from alice", "bob: again bob", "bob: from bob"]);
  expect(await texts(bob)).toEqual(read);
});
