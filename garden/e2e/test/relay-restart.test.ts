import { buildPrograms, type Rpc, World } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";

beforeAll(buildPrograms, 120_000);

const count = 40;

/** Sends one text after another, without waiting for the relay. */
async function sendAll(person: Rpc, to: string, prefix: string): Promise<readonly string[]> {
  const texts = Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  for (const text of texts) {
    const { state } = await person.askOne("send", to, text);
    expect(["sent", "queued"]).toContain(state);
  }
  return texts;
}

it("a relay killed and started again under load loses, doubles and reorders nothing", {
  timeout: 240_000,
}, async () => {
  await using world = await World.start();
  await using alice = world.person("alice").rpc();
  await using bob = world.person("bob").rpc();
  await Promise.all([alice.ask("register", "alice"), bob.ask("register", "bob")]);
  await alice.ask("send", "@bob", "begin");
  const { conversation } = await bob.heard(({ event }) => event === "request", "a request");
  await bob.ask("accept", String(conversation));

  const sending = Promise.all([sendAll(alice, "@bob", "a"), sendAll(bob, "@alice", "b")]);
  for (const text of ["a5", "a20"]) {
    await bob.message(text);
    await world.relay.stop("SIGKILL");
    await world.relay.startAgain();
  }
  const [ofAlice, ofBob] = await sending;

  for (const [person, last] of [
    [alice, `b${count - 1}`],
    [bob, `a${count - 1}`],
  ] as const) {
    await person.message(last);
    expect(await person.askOne("sync", "--wait", "60")).toMatchObject({ pending: 0 });
  }
  const read = async (person: Rpc) => {
    const messages = await person.ask("read", String(conversation));
    return messages.map(({ message, from, text }) => ({ message, from, text: String(text) }));
  };
  const seen = await read(alice);
  expect(await read(bob)).toEqual(seen);
  const textsOf = (name: string) => seen.filter(({ from }) => from === name).map(({ text }) => text);
  expect(textsOf("alice")).toEqual(["begin", ...ofAlice]);
  expect(textsOf("bob")).toEqual(ofBob);
});
