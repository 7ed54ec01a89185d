import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Client, openClient } from "@redoubt/client";
import { encodeMimiContent, textMessage } from "@redoubt/conversation";
import { createNodeProvider } from "@redoubt/crypto/node";
import { openStore, type SqlDriver, type Store } from "@redoubt/store";
import { openLibsqlDriver } from "@redoubt/store/node";
import { nodePlatform } from "@redoubt/transport/node";
import type { Figure } from "./figure.js";
import { createCorpus } from "./search-corpus.js";

interface Scale {
  readonly messages: number;
  readonly conversations: number;
  /** Times that each search, and the list, is asked for. */
  readonly calls: number;
  readonly lists: number;
}

const whole: Scale = { messages: 100_000, conversations: 5_000, calls: 200, lists: 10 };
const quick: Scale = { messages: 20_000, conversations: 1_000, calls: 40, lists: 3 };
/** Messages written in one transaction. */
const batch = 1_000;
/** Most milliseconds. */
const target = 20;

/** Milliseconds of this process's CPU, which other work on the machine does not lengthen. */
interface Latency {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
}

/**
 * Measures search, the list of conversations and pages in an encrypted store of 100,000 messages in 5,000 conversations,
 * a fifth of them in one.
 */
export async function measureSearch(progress: (what: string) => void, isQuick: boolean): Promise<readonly Figure[]> {
  const scale = isQuick ? quick : whole;
  const folder = mkdtempSync(path.join(tmpdir(), "redoubt-search-"));
  const file = path.join(folder, "store.db");
  try {
    const provider = await createNodeProvider();
    const driver = openLibsqlDriver(file, provider.random(32));
    const store = openStore(driver);
    progress(`${scale.messages} messages`);
    const filling = fill(store, scale);
    const client = openClient({ provider, store, platform: nodePlatform, relay: "http://127.0.0.1:9" });
    progress("searches");
    const latencies = searches(client, scale);
    const others = measureOthers({ driver, store, client, filling, file, scale });
    await client.close();
    const section = `${scale.messages.toLocaleString("en")} messages in ${scale.conversations.toLocaleString("en")} conversations`;
    return [...latencies.flatMap(quantiles), ...others].map((row) => ({ section, by: "redoubt", ...row }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Row = Pick<Figure, "name" | "ours" | "target">;

function quantiles({ name, p50, p99 }: Latency): Row[] {
  return [
    { name: `${name}, CPU p50`, ours: p50, target: { atMost: target } },
    { name: `${name}, CPU p99`, ours: p99, target: { atMost: target } },
  ];
}

function fill(store: Store, { messages, conversations }: Scale): number {
  const { text } = createCorpus();
  const random = counter();
  const ids = Array.from({ length: conversations }, () => random(32));
  const start = performance.now();
  store.transaction(() => {
    for (const id of ids) {
      const row = { kind: "direct", state: "active", logId: random(32), detail: new Uint8Array(300) } as const;
      store.conversations.insert({ id, ...row, cursorSeq: 0, title: "somebody", invitedBy: undefined });
    }
  });
  for (let from = 0; from < messages; from += batch) {
    store.transaction(() => {
      for (let n = from; n < from + batch; n++) {
        const said = text(n);
        const id = random(32);
        store.messages.insert({
          id,
          conversation: ids[n % 5 === 0 ? 0 : n % conversations] as Uint8Array,
          seq: n + 1,
          epoch: 1n,
          senderAccount: new Uint8Array(32),
          senderDevice: new Uint8Array(16),
          at: 1_790_000_000_000 + n * 1_000,
          content: encodeMimiContent(textMessage(random, said)),
          state: "received",
          replyTo: undefined,
          reason: undefined,
          kind: "shown",
          fate: "kept",
          target: undefined,
          thread: undefined,
          mentionsUs: false,
          expiresAfter: undefined,
          expiresAt: undefined,
        });
        store.search.index(id, said);
      }
    });
  }
  return performance.now() - start;
}

/** Distinct byte strings. */
function counter(): (length: number) => Uint8Array {
  let n = 0;
  return (length) => {
    n += 1;
    const bytes = new Uint8Array(length);
    new DataView(bytes.buffer).setUint32(length - 4, Math.imul(n, 0x9e3779b1));
    new DataView(bytes.buffer).setUint32(0, n);
    return bytes;
  };
}

function searches(client: Client, { calls }: Scale): Latency[] {
  const { queries } = createCorpus();
  const [first] = client.list();
  return [
    ...queries.map(({ name, terms }) => measure(`search: ${name}`, terms, calls, (term) => client.search(term).length)),
    measure("search: a frequent word, in one conversation", ["wa"], calls, (term) => {
      return client.search(term, { conversation: first?.conversation ?? "" }).length;
    }),
  ];
}

function measure(name: string, terms: readonly string[], times: number, work: (term: string) => unknown): Latency {
  const cpu: number[] = [];
  for (let i = 0; i < times; i++) {
    const before = process.cpuUsage();
    work(terms[i % terms.length] as string);
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1_000);
  }
  return { name, p50: quantile(cpu, 0.5), p99: quantile(cpu, 0.99) };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}

function measureOthers(parts: {
  readonly driver: SqlDriver;
  readonly store: Store;
  readonly client: Client;
  readonly filling: number;
  readonly file: string;
  readonly scale: Scale;
}): Row[] {
  const { driver, store, client, filling, file, scale } = parts;
  const size = driver.get("SELECT sum(length(block)) AS bytes FROM search_index_data")?.["bytes"] as number;
  const [newest] = client.list();
  const id = newest?.conversation ?? "";
  const list = measure("list of all conversations", [""], scale.lists, () => client.list());
  const first = measure("first page of 50 of the list", [""], scale.calls, () => client.list({ limit: 50 }));
  const page = measure("page of 50 of the longest conversation", [""], scale.calls, () =>
    client.read(id, { limit: 50 }),
  );
  const start = performance.now();
  store.search.purge();
  const purging = performance.now() - start;
  return [
    { name: "storing and indexing a message", ours: filling / scale.messages },
    { name: "index for each message, bytes", ours: Math.round(size / scale.messages) },
    { name: "store for each message, bytes", ours: Math.round(statSync(file).size / scale.messages) },
    { name: "rewriting the index after something was erased", ours: purging },
    ...quantiles(list).map(({ name, ours }) => ({ name, ours })),
    ...quantiles(first),
    ...quantiles(page),
  ];
}
