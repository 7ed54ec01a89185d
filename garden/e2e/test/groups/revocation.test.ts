import { encodeCbor, equalBytes } from "@redoubt/base";
import { createConversationContext, hashingOf, keyPairOfSeed } from "@redoubt/conversation";
import { createNodeProvider } from "@redoubt/crypto/node";
import { createEntry, dayOf, proveDevice, verifyChain } from "@redoubt/identity";
import { createTransport } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";
import { expect, it } from "vitest";
import { agreed, GroupWorld, type Member } from "./group-world.js";

const provider = await createNodeProvider();
const context = createConversationContext(provider);
const hashing = hashingOf(provider);
const { Ed25519 } = provider.signatures;

/** Lets an account's device put another in its place. @returns the chain, and the seed of the new device */
async function replaceDevice({ store, name }: Member, relay: string) {
  const stored = store.account.get();
  if (stored === undefined) throw new Error(`${name} has no account`);
  const seed = store.account.get()?.deviceKeys.slice(-32) as Uint8Array;
  const keys = keyPairOfSeed(context, seed);
  const chain = store.account.entries();
  const account = verifyChain(hashing, chain);
  const old = account.devices.find(({ sigKey }) => equalBytes(sigKey, keys.publicKey));
  if (old === undefined) throw new Error("that is no device of the account");
  const newSeed = provider.random(32);
  const next = keyPairOfSeed(context, newSeed);
  const claim = proveDevice(name, next.publicKey, provider.random(16), (m) => Ed25519.sign(next.privateKey, m));
  const { entry } = createEntry(hashing, {
    account,
    change: {
      kind: "devices",
      intents: [
        { kind: "add", device: claim },
        { kind: "revoke", deviceId: old.deviceId },
      ],
    },
    signer: { publicKey: keys.publicKey, sign: (m) => Ed25519.sign(keys.privateKey, m) },
    day: dayOf(Date.now()),
  });
  const transport = createTransport({ ...nodePlatform, url: relay, random: provider.random, sha256: hashing.sha256 });
  const named = transport.openNamed(
    {
      accountId: account.accountId,
      sigKey: keys.publicKey,
      sign: (message) => Ed25519.sign(keys.privateKey, message),
    },
    () => undefined,
  );
  await (await named.session()).request("append-entry", [entry]);
  transport.close();
  return { account: stored, chain: [...chain, entry], seed: newSeed };
}

it("a revoked device is put out by whoever learns of it", { timeout: 120_000 }, async () => {
  await using world = await GroupWorld.start();
  const [alice, bob, carol] = [
    await world.registered("alice"),
    await world.registered("bob"),
    await world.registered("carol"),
  ];
  const conversation = await world.group("Devices", [alice, bob, carol]);
  await world.settle(alice, bob, carol);
  const { account, chain, seed } = await replaceDevice(bob, world.relay.url);
  await world.offline(bob);
  const device = await world.device("bob-2", (store) => {
    store.account.set({ ...account, deviceKeys: encodeCbor([1, seed]) as typeof account.deviceKeys });
    for (const [seq, entry] of chain.entries()) store.account.appendEntry(seq, entry);
  });
  await device.client.sync();
  expect(await alice.client.addMembers(conversation, ["bob"])).toMatchObject({ state: "done" });
  await world.settle(alice, carol, device);
  await device.client.accept(conversation);
  await device.client.send(conversation, "from my new device");
  await world.settle(alice, carol, device);
  agreed([alice, carol, device], conversation);
  expect(alice.client.groupInfo(conversation).members).toMatchObject([
    { username: "alice", devices: 1 },
    { username: "bob", devices: 1 },
    { username: "carol", devices: 1 },
  ]);
  expect(carol.texts(conversation)).toEqual(["bob: from my new device"]);
  const back = world.back(bob);
  await back.client.sync({ wait: 300 });
  expect(back.texts(conversation)).toEqual([]);
});
