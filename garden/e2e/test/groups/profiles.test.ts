import { expect, it } from "vitest";
import { GroupWorld } from "./group-world.js";

/** Begins a PNG, as far as anybody looks. */
const picture = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3);

it("members of a group see each other's names and pictures, newcomers too, and nobody else does", {
  timeout: 120_000,
}, async () => {
  await using world = await GroupWorld.start();
  const [alice, bob, carol] = [
    await world.registered("alice"),
    await world.registered("bob"),
    await world.registered("carol"),
  ];
  alice.client.setProfile({ name: "Alice in Wonderland", picture });
  const conversation = await world.group("Friends", [alice, bob]);
  await world.settle(alice, bob);
  expect(bob.client.profile("alice")).toEqual({ name: "Alice in Wonderland", picture });

  bob.client.setProfile({ name: "Bob" });
  await world.settle(bob, alice);
  expect(alice.client.profile("bob")).toMatchObject({ name: "Bob" });

  await alice.client.addMembers(conversation, ["carol"]);
  carol.client.setProfile({ name: "Carol" });
  await world.settle(carol, alice, bob);
  // Who has not accepted yet tells nothing, and sees who is there.
  expect(carol.client.profile("alice")).toEqual({ name: "Alice in Wonderland", picture });
  expect(carol.client.profile("bob")).toMatchObject({ name: "Bob" });
  for (const { client } of [alice, bob]) expect(client.profile("carol")).toMatchObject({ name: "" });
  await carol.client.accept(conversation);
  await world.settle(carol, alice, bob);
  for (const { client } of [alice, bob]) expect(client.profile("carol")).toMatchObject({ name: "Carol" });
  expect(carol.client.read(conversation)).toEqual([]);
});
