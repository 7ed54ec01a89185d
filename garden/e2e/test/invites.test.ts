import { buildPrograms, type Person, World } from "@redoubt/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";

let world: World;
beforeAll(async () => {
  await buildPrograms();
  world = await World.start("--registration", "invite");
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

const register = (person: Person, ...words: readonly string[]) => person.do("register", person.name, ...words);

it("where registration is by invite, nobody registers without one, and each is good for so many", async () => {
  const [alice, bob, carol] = [world.person("alice"), world.person("bob"), world.person("carol")];
  await expect(register(alice)).rejects.toMatchObject({ code: "invite-needed", retry: false });
  const one = await world.relay.invite();
  expect(one).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{8}){3}$/);
  await expect(register(alice, "--invite", "not-one")).rejects.toMatchObject({ code: "bad-invite", retry: false });
  const forged = `${one.startsWith("0") ? "1" : "0"}${one.slice(1)}`;
  await expect(register(alice, "--invite", forged)).rejects.toMatchObject({ code: "bad-invite", retry: false });
  expect(await register(alice, "--invite", one.toUpperCase().replaceAll("-", ""))).toMatchObject([
    { username: "alice" },
  ]);
  await expect(register(bob, "--invite", one)).rejects.toMatchObject({ code: "bad-invite" });

  const two = await world.relay.invite("--uses", "2");
  await Promise.all([register(bob, "--invite", two), register(carol, "--invite", two)]);
  await expect(register(world.person("dave"), "--invite", two)).rejects.toMatchObject({ code: "bad-invite" });
});

it("an invite can be made while the relay is stopped", async () => {
  await world.relay.stop("SIGTERM");
  const code = await world.relay.invite();
  await world.relay.startAgain();
  expect(await register(world.person("eve"), "--invite", code)).toMatchObject([{ username: "eve" }]);
});
