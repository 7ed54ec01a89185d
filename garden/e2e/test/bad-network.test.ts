import { buildPrograms, TcpProxy, World, within } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";

beforeAll(buildPrograms, 120_000);

it("connections that are held back, delayed and cut lose, double and reorder nothing", {
  timeout: 240_000,
}, async () => {
  await using world = await World.start();
  await using proxy = await TcpProxy.start(world.relay.url);
  await using alice = world.person("alice", proxy.url).rpc();
  await using bob = world.person("bob").rpc();
  await Promise.all([alice.ask("register", "alice"), bob.ask("register", "bob")]);
  await alice.ask("send", "@bob", "text 0");
  const { conversation } = await bob.heard(({ event }) => event === "request", "a request");
  await bob.ask("accept", String(conversation));

  expect(await alice.askOne("sync")).toMatchObject({ pending: 0 });
  // The relay answers, and the sender never hears of it.
  const answers = proxy.connections.map((connection) => connection.hold("down"));
  const unanswered = alice.askOne("send", "@bob", "text 1");
  await within(Promise.race(answers), "an answer to hold back");
  proxy.cutAll();
  expect(await unanswered).toMatchObject({ conversation });

  for (const connection of proxy.connections) connection.delay("up", 50);
  await alice.ask("send", "@bob", "text 2");
  proxy.refuse();
  const waiting = alice.askOne("send", "@bob", "text 3");
  await bob.ask("send", "@alice", "answer");
  proxy.admit();
  await Promise.all([bob.message("text 3"), alice.message("answer")]);
  expect((await waiting)["conversation"]).toBe(conversation);

  expect(await alice.askOne("sync", "--wait", "30")).toMatchObject({ pending: 0 });
  const textsOf = async (of: typeof alice, name: string) => {
    const messages = await of.ask("read", String(conversation));
    return messages.filter(({ from }) => from === name).map(({ text }) => text);
  };
  for (const person of [alice, bob]) {
    expect(await textsOf(person, "alice")).toEqual(["text 0", "text 1", "text 2", "text 3"]);
    expect(await textsOf(person, "bob")).toEqual(["answer"]);
  }
});

it("who syncs while the connection breaks catches up on the next one", { timeout: 90_000 }, async () => {
  await using world = await World.start();
  await using proxy = await TcpProxy.start(world.relay.url);
  await using alice = world.person("alice", proxy.url).rpc();
  await alice.ask("register", "alice");
  for (let cut = 0; cut < 2; cut++) {
    proxy.cutAll();
    // A sync that waited for its own end would outlast the test.
    expect(await alice.askOne("sync", "--wait", "600")).toMatchObject({ pending: 0 });
  }
});
