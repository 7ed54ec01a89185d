import { concatBytes, utf8 } from "@redoubt/base";
import {
  type ConversationContext,
  type ConversationState,
  createConversationContext,
  decodeDetail,
  hashingOf,
  keyPairOfSeed,
  type LogEntry,
  type Taken,
  takeEntry,
} from "@redoubt/conversation";
import { createNodeProvider } from "@redoubt/crypto/node";
import { createTransport } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";
import { domains } from "@redoubt/wire";
import { expect, it } from "vitest";
import { GroupWorld, type Member } from "./group-world.js";

const provider = await createNodeProvider();

/** All that a home holds of a conversation: what somebody who keeps a copy of it will have for ever. */
function copyOf({ store }: Member, conversation: string): ConversationState {
  const id = Buffer.from(conversation, "hex");
  const stored = store.conversations.get(id);
  if (stored === undefined) throw new Error("no such conversation");
  const { access, position, begun, leaving, said, placeOffset } = decodeDetail(stored.detail);
  const heads = new Map(store.heads.list(id).map(({ seq, head }) => [seq, head]));
  const group = store.groups.load(id);
  return { id, access, group, past: [], position, heads, pending: undefined, begun, leaving, said, placeOffset };
}

/** Goes through entries with a state; one that leads nowhere changes nothing. */
function readAll(context: ConversationContext, state: ConversationState, entries: readonly LogEntry[]) {
  let at = state;
  const taken: Taken[] = [];
  for (const entry of entries) {
    const result = takeEntry(context, at, entry, undefined);
    at = result.state;
    taken.push(result.taken);
  }
  return taken;
}

/**
 * Meets each entry with the keys of before, without ever taking in the commit that puts one out. The epoch's number is
 * set to whatever the entry may be of, so that it is the keys that decide and not the number.
 *
 * @returns why it was not opened, or what it was
 */
function tryOldKeys(context: ConversationContext, state: ConversationState, entry: LogEntry): readonly string[] {
  const { group } = state;
  if (group === undefined) throw new Error("no group");
  return [0n, 1n, 2n, 3n].map((later) => {
    const number = group.epoch.context.epoch + later;
    const epoch = { ...group.epoch, context: { ...group.epoch.context, epoch: number } };
    const forged = { ...state, position: { ...state.position, seq: entry.seq - 1 }, group: { ...group, epoch } };
    const { taken } = takeEntry(context, forged, entry, undefined);
    return taken.kind === "ignored" ? taken.reason : taken.kind;
  });
}

const textsOf = (taken: readonly Taken[]) => {
  return taken.flatMap((one) => (one.kind === "message" ? [Buffer.from(one.content).toString("latin1")] : []));
};

it("whoever was put out reads nothing more with all that they had, and cannot write", {
  timeout: 120_000,
}, async () => {
  const context = createConversationContext(provider);
  await using world = await GroupWorld.start();
  const [alice, bob, carol] = [
    await world.registered("alice"),
    await world.registered("bob"),
    await world.registered("carol"),
  ];
  const conversation = await world.group("Friends", [alice, bob, carol]);
  await alice.client.send(conversation, "the last that carol may read");
  await world.settle(alice, bob, carol);
  const [ofBob, ofCarol] = [copyOf(bob, conversation), copyOf(carol, conversation)];

  await alice.client.removeMembers(conversation, ["carol"]);
  const secrets = ["not for carol 0", "not for carol 1", "not for carol 2"];
  await alice.client.send(conversation, secrets[0] as string);
  await bob.client.sync();
  await bob.client.send(conversation, secrets[1] as string);
  await alice.client.editGroup(conversation, { title: "Without carol" });
  await alice.client.send(conversation, secrets[2] as string);
  await world.settle(alice, bob, carol);

  const { sha256 } = hashingOf(provider);
  const transport = createTransport({ ...nodePlatform, url: world.relay.url, random: provider.random, sha256 });
  await transport.errand(async (session) => {
    const { logId, writeSeed } = ofCarol.access;
    const [, , rows] = await session.request("read", [logId, ofCarol.position.seq + 1, 100]);
    const entries = rows.map(([seq, entryId, bytes]) => ({ seq, entryId, bytes }));
    // Who stayed reads all of it with a copy of the same moment: the entries are those that matter.
    const read = textsOf(readAll(context, ofBob, entries));
    for (const secret of secrets.filter((_, i) => i !== 1)) {
      expect(read.some((content) => content.includes(secret))).toBe(true);
    }
    const asMember = readAll(context, ofCarol, entries);
    expect(asMember[0]).toMatchObject({ kind: "commit", removesUs: true });
    expect(asMember.slice(1).map(({ kind }) => kind)).toEqual(asMember.slice(1).map(() => "ignored"));
    // The last entry that was meant for her as well shows that the keys are those that open.
    expect(tryOldKeys(context, ofCarol, entries[0] as LogEntry)).toContain("commit");
    const later = entries.slice(1).map((entry) => tryOldKeys(context, ofCarol, entry));
    expect(later.length).toBeGreaterThanOrEqual(4);
    // Her envelope key goes on opening the outer seal; behind it no key of hers fits.
    for (const reasons of later) expect(reasons).toContain("cannot-decrypt");
    expect(new Set(later.flat())).toEqual(new Set(["wrong-epoch", "cannot-decrypt"]));

    const { privateKey } = keyPairOfSeed(context, writeSeed);
    const proof = context.provider.signatures.Ed25519.sign(
      privateKey,
      concatBytes(utf8(domains.prove), session.nonce, logId),
    );
    await expect(session.request("prove", [logId, proof])).rejects.toMatchObject({ code: "bad-signature" });
    const entry = [logId, provider.random(16), new Uint8Array(256), null] as const;
    await expect(session.request("append", [...entry])).rejects.toMatchObject({ code: "not-proved" });
    const [, lastSeq] = await session.request("read", [logId, Number.MAX_SAFE_INTEGER, 1]);
    expect(lastSeq).toBe(entries.at(-1)?.seq);
  });
  transport.close();

  // Nor can her client do anything.
  await expect(carol.client.send(conversation, "still here")).rejects.toMatchObject({ code: "not-active" });
  expect(carol.texts(conversation)).toEqual(["alice: the last that carol may read"]);
  expect([alice, bob, carol].flatMap(({ alarms }) => alarms)).toEqual([]);
});
