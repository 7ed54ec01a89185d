import { concatBytes, utf8 } from "@redoubt/base";
import { keyPairOfSeed, type LogAccess } from "@redoubt/conversation";
import { domains } from "@redoubt/wire";
import { expect, it } from "vitest";
import { GroupWorld } from "./group-world.js";
import { accessOf, atLog, context, provider } from "./log-access.js";

/** Whether the relay takes a key for the owner's: by a change to itself, which changes nothing. */
function isOwnerKey(access: LogAccess, ownerSeed: Uint8Array | undefined): Promise<boolean> {
  if (ownerSeed === undefined) return Promise.resolve(false);
  const { publicKey, privateKey } = keyPairOfSeed(context, ownerSeed);
  const message = concatBytes(utf8(domains.reset), access.logId, publicKey, new Uint8Array(7), Uint8Array.of(255));
  const signature = provider.signatures.Ed25519.sign(privateKey, message);
  return atLog(access, async (session) => {
    // A counter that the log does not have: refused after the signature was looked at, without effect.
    const refusal = await session
      .request("reset-log", [access.logId, publicKey, 255, signature])
      .catch(({ code }) => code);
    return refusal === "rotation-conflict";
  });
}

it("owners hand the owner's key over, and whoever stays changes it when one goes", { timeout: 120_000 }, async () => {
  await using world = await GroupWorld.start();
  const [alice, bob, carol] = [
    await world.registered("alice"),
    await world.registered("bob"),
    await world.registered("carol"),
  ];
  const conversation = await world.group("Owned", [alice, bob, carol]);
  await world.settle(alice, bob, carol);
  const first = accessOf(alice).ownerSeed;
  expect(await isOwnerKey(accessOf(alice), first)).toBe(true);
  expect(accessOf(bob).ownerSeed).toBeUndefined();

  await alice.client.setRole(conversation, "bob", "owner");
  await world.settle(alice, bob, carol);
  expect(accessOf(bob).ownerSeed).toEqual(first);
  expect(accessOf(carol).ownerSeed).toBeUndefined();

  await alice.client.leaveGroup(conversation);
  await world.settle(bob, carol, alice, bob);
  const second = accessOf(bob).ownerSeed;
  expect(second).not.toEqual(first);
  expect(await isOwnerKey(accessOf(bob), second)).toBe(true);
  expect(await isOwnerKey(accessOf(bob), first)).toBe(false);

  // With the new key the new owner defends the log, and hands it on.
  await bob.client.setRole(conversation, "carol", "owner");
  await world.settle(bob, carol);
  expect(accessOf(carol).ownerSeed).toEqual(second);
});
