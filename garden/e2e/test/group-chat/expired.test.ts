import { buildPrograms, Person, TemporaryFolder } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";
import { startRelayHere } from "../crash/relay-in-process.js";
import { accept, agreed, Somebody } from "./crowd.js";

beforeAll(buildPrograms, 120_000);

const day = 86_400_000;

it("whoever was away for longer than the relay keeps entries comes back, and is told what is lost", {
  timeout: 240_000,
}, async () => {
  using folder = new TemporaryFolder();
  let now = Date.now();
  await using relay = await startRelayHere(folder.at("relay"), [], () => now);
  const somebody = (name: string) => new Somebody(new Person({ name, home: folder.at(name), relay: relay.url }));
  const [alice, bob, carol] = [somebody("alice"), somebody("bob"), somebody("carol")];
  const everybody = [alice, bob, carol];
  try {
    await Promise.all(everybody.map((who) => who.ask("register", who.name)));
    const made = await alice.askOne("group", "create", "Travellers", "@bob", "@carol");
    const conversation = String(made["conversation"]);
    await Promise.all([accept(bob, conversation), accept(carol, conversation)]);
    await Promise.all(everybody.map((who) => who.catchUp()));
    await carol.rpc.end();
    for (const i of [0, 1, 2]) await alice.ask("send", conversation, `unread ${i}`);
    await bob.rpc.message("unread 2");
    now += 40 * day;
    await relay.night();

    carol.rise();
    const lost = await carol.rpc.heard(({ event }) => event === "lost", "what is lost");
    expect(lost).toEqual({ event: "lost", conversation, from: expect.any(Number), to: expect.any(Number) });
    // Three messages, and what those who are there have told each other since.
    expect(Number(lost["to"]) - Number(lost["from"])).toBeGreaterThanOrEqual(2);
    const before = carol.warnings();
    expect(before).toMatchObject([{ alarm: "gap", conversation }]);
    carol.rpc.events.splice(0);
    await agreed(everybody, conversation);
    await carol.ask("send", conversation, "I am back");
    await Promise.all([alice, bob].map(({ rpc }) => rpc.message("I am back")));
    expect(await carol.texts(conversation)).toEqual(["carol: I am back"]);
  } finally {
    await Promise.all(everybody.map(({ rpc }) => rpc.kill()));
  }
});
