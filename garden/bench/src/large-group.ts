import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Client, openClient } from "@redoubt/client";
import { decodeDetail } from "@redoubt/conversation";
import { createNodeProvider } from "@redoubt/crypto/node";
import { createLogger, startRelay } from "@redoubt/relay";
import { openStore, type Store } from "@redoubt/store";
import { openLibsqlDriver } from "@redoubt/store/node";
import { createTransport } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";
import type { Figure } from "./figure.js";
import { median, timed } from "./measure.js";

const provider = await createNodeProvider();
const key = new Uint8Array(32).fill(5);
const plenty = 10_000_000;
const registeringAtOnce = 8;
const patience = 600_000;

/** How large the group is, and what is done in it. */
export interface LargeGroupOptions {
  readonly members: number;
  readonly messages: number;
  /** Removals one by one, then joins one by one. */
  readonly changes: number;
}

interface Person {
  readonly name: string;
  readonly file: string;
  readonly store: Store;
  readonly client: Client;
}

/**
 * A group of real clients on a relay in the same process: everyone registers with a home of their own, the founder and
 * two others stay online, and whoever is to join comes online for that.
 *
 * @param progress is told what is being done
 */
export async function measureLargeGroup(
  { members, messages, changes }: LargeGroupOptions,
  progress: (what: string) => void,
): Promise<readonly Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "redoubt-bench-"));
  const rates = ["connect", "register", "lookup", "take", "post", "create", "append", "read", "account", "blob"];
  const relay = await startRelay({
    data: path.join(folder, "relay"),
    host: "127.0.0.1",
    port: 0,
    registration: "open",
    trustProxy: false,
    powBits: 0,
    rates: Object.fromEntries(rates.map((name) => [name, plenty])),
    logger: createLogger({ write: () => undefined }),
  });
  const figures: Figure[] = [];
  const section = `A group of ${members.toLocaleString("en")} devices`;
  const note = (name: string, ours: number, target?: number) => {
    figures.push({
      section,
      name,
      by: "redoubt",
      ours,
      ...(target === undefined ? {} : { target: { atMost: target } }),
    });
  };
  const open = (name: string): Person => {
    const file = path.join(folder, `${name}.db`);
    const store = openStore(openLibsqlDriver(file, key));
    return { name, file, store, client: openClient({ provider, store, platform: nodePlatform, relay: relay.url }) };
  };
  try {
    progress(`registering ${members} people`);
    const names = Array.from({ length: members }, (_, i) => `member_${i}`);
    const waiting = [...names];
    await Promise.all(Array.from({ length: registeringAtOnce }, () => registerAll(waiting, open)));
    const [founderName, readerName, otherName] = names as [string, string, string];
    const founder = open(founderName);
    const joining = names.slice(-changes);
    const invited = names.slice(1, -changes);
    const before = process.memoryUsage().rss;

    progress(`making a group of ${invited.length + 1}`);
    const made = await timed(() => founder.client.createGroup("Everybody", invited, { wait: patience }));
    const { conversation } = made.result;
    if (made.result.state !== "done") throw new Error("the group was not made");
    note("look up, create, add in batches of 100, welcome all", made.time);
    const logBytes = await logSize(founder, relay.url);
    note("the log after it, bytes", logBytes.total);
    note("its largest entry, bytes", logBytes.largest, 4 * 1024 * 1024);
    note("the process's memory after it, bytes", process.memoryUsage().rss - before);

    progress("entering");
    const enter = async (name: string) => {
      const person = open(name);
      await person.client.sync({ wait: patience });
      await person.client.accept(conversation);
      return person;
    };
    const entered = await timed(() => enter(readerName));
    note("come online, fetch the tree, verify every device, enter", entered.time);
    const reader = entered.result;
    const other = await enter(otherName);
    const first = await timed(() => other.client.send(conversation, "first", { wait: patience }));
    note("a newcomer's first message", first.time);

    progress(`${messages} messages`);
    const times: number[] = [];
    for (let i = 0; i < messages; i++) {
      times.push((await timed(() => founder.client.send(conversation, `message ${i}`, { wait: patience }))).time);
    }
    note("send a message, until the relay has it (median)", median(times));
    const caught = await timed(() => reader.client.sync({ wait: patience }));
    note(`after the last of ${messages}, until another online has all`, caught.time);

    progress(`${changes} removals`);
    const removed = invited.slice(-changes);
    const removals: number[] = [];
    const sizes: number[] = [];
    for (const name of removed) {
      const size = (await logSize(founder, relay.url)).total;
      removals.push((await timed(() => founder.client.removeMembers(conversation, [name], { wait: patience }))).time);
      sizes.push((await logSize(founder, relay.url)).total - size);
    }
    note("remove one (median)", median(removals));
    note("a removal, bytes", median(sizes));

    progress(`${changes} joins`);
    const joins: number[] = [];
    for (const name of joining) {
      joins.push((await timed(() => founder.client.addMembers(conversation, [name], { wait: patience }))).time);
    }
    note("look up and add one (median)", median(joins));
    const followed = await timed(() => reader.client.sync({ wait: patience }));
    note(`after the last of ${2 * changes} commits, until another online has all`, followed.time);
    const last = await enter(joining.at(-1) as string);
    await other.client.sync({ wait: patience });
    const hashes = [founder, reader, other, last].map(({ client }) => client.groupInfo(conversation).treeHash);
    if (new Set(hashes).size !== 1) throw new Error("the members do not agree");
    note("the founder's home, bytes", statSync(founder.file).size);
    note("the process's memory at the end, bytes", process.memoryUsage().rss - before);
    for (const { client } of [founder, reader, other, last]) await client.close();
    return figures;
  } finally {
    await relay.stop();
    rmSync(folder, { recursive: true });
  }
}

async function registerAll(names: string[], open: (name: string) => Person): Promise<void> {
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const { client } = open(name);
    await client.register(name);
    await client.close();
  }
}

/** Bytes of all entries of the founder's group, and of the largest. */
async function logSize(
  { store }: Person,
  relay: string,
): Promise<{ readonly total: number; readonly largest: number }> {
  const [stored] = store.conversations.list();
  if (stored === undefined) throw new Error("there is no group");
  const { logId } = decodeDetail(stored.detail).access;
  const sha256 = (bytes: Uint8Array) => provider.hash("SHA-256", bytes);
  const transport = createTransport({ ...nodePlatform, url: relay, random: provider.random, sha256 });
  try {
    return await transport.errand(async (session) => {
      let [total, largest] = [0, 0];
      for (let from = 1; ; ) {
        const [, last, entries] = await session.request("read", [logId, from, 100]);
        for (const [seq, , bytes] of entries) {
          total += bytes.length;
          largest = Math.max(largest, bytes.length);
          from = seq + 1;
        }
        if (from > last) return { total, largest };
      }
    });
  } finally {
    transport.close();
  }
}
