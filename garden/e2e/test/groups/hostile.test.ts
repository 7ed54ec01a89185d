import { utf8 } from "@redoubt/base";
import { keyPairOfSeed } from "@redoubt/conversation";
import { describe, expect, it } from "vitest";
import { GroupWorld } from "./group-world.js";
import { accessOf, atLog, context, provider } from "./log-access.js";

describe("a hostile member", { timeout: 120_000 }, () => {
  it("who turns the write key to one of their own is answered by an owner, who takes it back", async () => {
    await using world = await GroupWorld.start();
    const [alice, bob, mallory] = [
      await world.registered("alice"),
      await world.registered("bob"),
      await world.registered("mallory"),
    ];
    const conversation = await world.group("Ours", [alice, bob, mallory]);
    const { publicKey } = keyPairOfSeed(context, provider.random(32));
    const access = accessOf(mallory);
    await atLog(access, (session, lastSeq) => {
      const garbage = [provider.random(16), provider.random(300)] as const;
      return session.request("append", [access.logId, ...garbage, [publicKey, 0, true, lastSeq]]);
    });
    await bob.client.send(conversation, "can you hear me?", { wait: 300 });
    await alice.client.send(conversation, "I have the key back");
    await world.settle(alice, bob);
    expect(alice.alarms).toContain("write-key-stolen");
    expect(alice.texts(conversation).toSorted()).toEqual(["alice: I have the key back", "bob: can you hear me?"]);
    await alice.client.removeMembers(conversation, ["mallory"]);
    await expect(atLog(accessOf(mallory), async () => undefined)).rejects.toMatchObject({ code: "bad-signature" });
  });

  it("or the relay behind them, who shows other keys of somebody stops all sending to where these are", async () => {
    await using world = await GroupWorld.start();
    const [alice, bob, carol] = [
      await world.registered("alice"),
      await world.registered("bob"),
      await world.registered("carol"),
    ];
    const conversation = await world.group("Careful", [alice, bob, carol]);
    await world.offline(alice);
    const watchful = world.back(alice);
    const account = watchful.client.contacts().find(({ username }) => username === "bob")?.account as string;
    await world.offline(watchful);
    const suspicious = world.back(alice, undefined, (store) => {
      store.forks.add(Uint8Array.from(Buffer.from(account, "hex")), utf8("the other chain"));
    });
    expect(await suspicious.client.send(conversation, "secret", { wait: 300 })).toMatchObject({ state: "queued" });
    expect(suspicious.client.read(conversation)).toMatchObject([{ state: "pending", reason: "key-changed" }]);
    await expect(suspicious.client.addMembers(conversation, ["bob"])).rejects.toMatchObject({ code: "key-changed" });
    await expect(suspicious.client.directWith("bob")).rejects.toMatchObject({ code: "key-changed" });
    // Once their leaf is gone, what was written goes out.
    expect(await suspicious.client.removeMembers(conversation, ["bob"])).toMatchObject({ state: "done" });
    await world.settle(suspicious, carol);
    expect(carol.texts(conversation)).toEqual(["alice: secret"]);
  });
});
