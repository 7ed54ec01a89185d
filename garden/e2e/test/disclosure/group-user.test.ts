import { mkdirSync } from "node:fs";
import path from "node:path";
import type { DisclosureInfo, FileSource } from "@redoubt/client";
import { decodeDetail } from "@redoubt/conversation";
import { accountQuestion, discloseToFolder, loadDisclosureKey, type Relay, verifyFolder } from "@redoubt/relay";
import { TemporaryFolder } from "@redoubt/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRelayHere } from "../crash/relay-in-process.js";
import { Member } from "../groups/group-world.js";
import { filesOf } from "../needle/haystacks.js";
import { findNeedles, type Needle, secretNeedle, textNeedle } from "../needle/needle.js";
import { keptSecrets, recoverySecrets } from "../needle/secrets-of.js";
import { escaped, timeNeedles } from "./more-needles.js";

const texts = ["meet me behind the old mill", "bring the blue umbrella"];
const title = "Friends of the old mill";

const folder = new TemporaryFolder();
const data = folder.at("relay");
const out = folder.at("disclosed");
const needles: Needle[] = [];
const members: Member[] = [];
const begun = Date.now();
let relay: Relay;
let own: Needle[];
let said: DisclosureInfo;

async function join(name: string): Promise<Member> {
  mkdirSync(folder.at(name), { recursive: true });
  const member = new Member(name, folder.at(name, "store.db"), relay.url);
  members.push(member);
  const { recoveryKey } = await member.client.register(name);
  needles.push(...recoverySecrets(name, recoveryKey));
  return member;
}

function source(name: string, content: Buffer): FileSource {
  return {
    name,
    type: "application/x.mill-plan",
    size: content.length,
    handle: `/home/annabella/${name}`,
    read: async (offset, length) => new Uint8Array(content.subarray(offset, offset + length)),
    close: async () => undefined,
  };
}

/** What a member knows and the relay must not tell of somebody else. */
function knownTo({ name, store, client }: Member): Needle[] {
  const conversations = store.conversations.list().flatMap(({ id, detail }) => {
    const { logId, logSecret } = decodeDetail(detail).access;
    return [
      secretNeedle(`${name}: a conversation`, id),
      secretNeedle(`${name}: a log`, logId),
      secretNeedle(`${name}: a log's secret`, logSecret),
    ];
  });
  const { account, device } = client.whoami();
  const identity = [
    textNeedle(`${name}: name`, name),
    secretNeedle(`${name}: account`, Buffer.from(account, "hex")),
    secretNeedle(`${name}: device`, Buffer.from(device, "hex")),
  ];
  return [...conversations, ...(name === "annabella" ? [] : identity), ...keptSecrets(name, store)];
}

beforeAll(async () => {
  relay = await startRelayHere(data);
  const [annabella, benedikt, carolina] = [
    await join("annabella"),
    await join("benedikt"),
    await join("carolina"),
  ] as const;
  const direct = await annabella.client.directWith("benedikt");
  await annabella.client.send(direct, texts[0] as string);
  await benedikt.client.sync();
  await benedikt.client.accept(direct);
  const { conversation: group } = await annabella.client.createGroup(title, ["benedikt", "carolina"]);
  for (const member of [benedikt, carolina]) {
    await member.client.sync();
    await member.client.accept(group);
  }
  await annabella.client.send(group, texts[1] as string, {
    attachments: [source("mill-plan.pdf", Buffer.from("the plan of the mill ".repeat(500)))],
  });
  await carolina.client.sync();
  said = await annabella.client.discloseMe();
  needles.push(...knownTo(annabella));
  own = [
    textNeedle("name", "annabella"),
    secretNeedle("account", Buffer.from(annabella.client.whoami().account, "hex")),
  ];
  // What comes while she is away waits in her inbox.
  await annabella.client.close();
  const later = await carolina.client.directWith("annabella");
  await carolina.client.send(later, texts[0] as string);
  needles.push(...knownTo(benedikt), ...knownTo(carolina));
  for (const text of [...texts, title, "mill-plan.pdf", "x.mill-plan", "the plan of the mill", "127.0.0.1"])
    needles.push(textNeedle(text, text));
  discloseToFolder({ data, question: accountQuestion("annabella"), out });
}, 60_000);

afterAll(async () => {
  for (const { client, name } of members) if (name !== "annabella") await client.close();
  await relay.stop();
  folder[Symbol.dispose]();
});

/** Everything that a disclosure consists of: names, contents, and what the rows have as hexadecimal, as bytes. */
function haystack(files: Iterable<readonly [string, Uint8Array]>): Buffer {
  const parts = [...files].flatMap(([name, content]) => {
    const text = Buffer.from(content);
    const cells = [...text.toString("latin1").matchAll(/"([0-9a-f]{16,})"/g)].map(([, hex]) =>
      Buffer.from(String(hex), "hex"),
    );
    return [Buffer.from(name), text, ...cells].flatMap((part) => [part, Buffer.from("\n\n")]);
  });
  return Buffer.concat(parts);
}

describe("what the relay holds about somebody in groups", () => {
  it.each([
    ["to the operator", () => filesOf(out)],
    ["to oneself", () => said.files.map(({ path: name, content }) => [name, content] as const)],
  ])("tells %s no group, no contact, no log, no address, no text and no key, in any encoding", (_, files) => {
    const hay = haystack(files());
    expect(needles.length).toBeGreaterThan(40);
    expect(findNeedles(needles.map(escaped), hay)).toEqual([]);
    // The search sees what is there.
    expect(findNeedles(own, hay)).toEqual(["name", "account"]);
  });

  it.each([
    ["to the operator", () => filesOf(out)],
    ["to oneself", () => said.files.map(({ path: name, content }) => [name, content] as const)],
  ])("tells %s no time finer than a day", (_, files) => {
    const hay = haystack(files());
    expect(findNeedles(timeNeedles(begun, Date.now()), hay)).toEqual([]);
    // No hour and minute, and no kind of id with a time in it.
    for (const [name, content] of files()) {
      const text = Buffer.from(content).toString();
      expect([name, text.match(/\d\d:\d\d|\dT\d\d|[0-9a-f]{8}-[0-9a-f]{4}-[17][0-9a-f]{3}-/g)]).toEqual([name, null]);
    }
  });

  it("has sealed items in her inbox, and counts them by day", async () => {
    const { statement, faults } = await verifyFolder(out, loadDisclosureKey(data).verifierKey);
    expect(faults).toEqual([]);
    const rows = Object.fromEntries(statement.rows.map(({ table, count }) => [table, count]));
    expect(rows).toMatchObject({ accounts: 1, account_entries: 1, devices: 1, inboxes: 1 });
    expect(rows["inbox_items"]).toBeGreaterThan(0);
    expect(rows["key_packages"]).toBeGreaterThan(10);
  });

  it("is the same to her and to the operator, but for what has come since and the bodies of sealed items", () => {
    const operators = filesOf(out);
    const hers = new Map(said.files.map(({ path: name, content }) => [path.basename(name), Buffer.from(content)]));
    for (const name of ["accounts.jsonl", "account_entries.jsonl", "devices.jsonl", "data-map.json"]) {
      expect(hers.get(name)).toEqual(operators.get(name));
    }
    expect([...hers.keys()].toSorted()).toEqual([...operators.keys()].toSorted());
  });
});
