import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Client, openClient } from "@redoubt/client";
import { encodeMimiContent, textMessage } from "@redoubt/conversation";
import { createNodeProvider } from "@redoubt/crypto/node";
import { openStore, type SqlDriver, type Store } from "@redoubt/store";
import { openLibsqlDriver } from "@redoubt/store/node";
import { nodePlatform } from "@redoubt/transport/node";
import { createCorpus } from "./search-corpus.js";

const [messages, conversations] = [100_000, 5_000] as const;
/** Times that each search, and the list, is asked for. */
const [calls, lists]: readonly [number, number] = [200, 10];
/** Messages written in one transaction. */
const batch = 1_000;
/** What `docs` and PRODUCT ask of a search, in milliseconds. */
const target = 20;

/** One row of the table: milliseconds of this process's CPU, which other work on the machine does not lengthen, and passed. */
interface Latency {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  readonly passed: number;
  /** Results of a call, on average. */
  readonly found: number;
}

export interface SearchFigures {
  readonly latencies: readonly Latency[];
  /** Named values with their units. */
  readonly others: readonly (readonly [string, string])[];
}

/**
 * Measures search, the list of conversations and pages in an encrypted store of 100,000 messages in 5,000 conversations,
 * a fifth of them in one.
 */
export async function measureSearch(progress: (what: string) => void): Promise<SearchFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), "redoubt-search-"));
  const file = path.join(folder, "store.db");
  try {
    const provider = await createNodeProvider();
    const driver = openLibsqlDriver(file, provider.random(32));
    const store = openStore(driver);
    progress(`${messages} messages`);
    const filling = fill(store);
    const client = openClient({ provider, store, platform: nodePlatform, relay: "http://127.0.0.1:9" });
    progress("searches");
    const latencies = searches(client);
    const others = measureOthers(driver, store, client, filling, file);
    await client.close();
    return { latencies, others };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function fill(store: Store): number {
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

function searches(client: Client): Latency[] {
  const { queries } = createCorpus();
  const [first] = client.list();
  return [
    ...queries.map(({ name, terms }) => measure(name, terms, (term) => client.search(term).length)),
    measure("a frequent word, in one conversation", ["wa"], (term) => {
      return client.search(term, { conversation: first?.conversation ?? "" }).length;
    }),
  ];
}

function measure(
  name: string,
  terms: readonly string[],
  search: (term: string) => number,
  times: number = calls,
): Latency {
  const [cpu, wall]: [number[], number[]] = [[], []];
  let found = 0;
  for (let i = 0; i < times; i++) {
    const [start, before] = [performance.now(), process.cpuUsage()];
    found += search(terms[i % terms.length] as string);
    const { user, system } = process.cpuUsage(before);
    wall.push(performance.now() - start);
    cpu.push((user + system) / 1_000);
  }
  return { name, p50: quantile(cpu, 0.5), p99: quantile(cpu, 0.99), passed: quantile(wall, 0.5), found: found / times };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}

function measureOthers(
  driver: SqlDriver,
  store: Store,
  client: Client,
  filling: number,
  file: string,
): (readonly [string, string])[] {
  const size = driver.get("SELECT sum(length(block)) AS bytes FROM search_index_data")?.["bytes"] as number;
  const [newest] = client.list();
  const id = newest?.conversation ?? "";
  const list = measure("list", [""], () => client.list().length, lists);
  const page = measure("page", [""], () => client.read(id, { limit: 50 }).length);
  const start = performance.now();
  store.search.purge();
  const purging = performance.now() - start;
  const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
  return [
    ["storing and indexing a message", ms(filling / messages)],
    ["index, bytes a message", (size / messages).toFixed(0)],
    ["the whole store, bytes a message", (statSync(file).size / messages).toFixed(0)],
    ["rewriting the index after something was erased", ms(purging)],
    [`list of ${conversations} conversations, p50 and p99`, `${ms(list.p50)}, ${ms(list.p99)}`],
    ["page of 50 of 20,000 messages, p50 and p99", `${ms(page.p50)}, ${ms(page.p99)}`],
  ];
}

/** The figures as tables of markdown. */
export function renderSearch({ latencies, others }: SearchFigures): string {
  const cells = latencies.map(({ name, p50, p99, passed, found }) => {
    const reached = p99 < target ? "yes" : "**no**";
    return `| ${name} | ${p50.toFixed(2)} ms | ${p99.toFixed(2)} ms | ${passed.toFixed(2)} ms | ${found.toFixed(0)} | ${reached} |`;
  });
  return [
    `| search | CPU, p50 | CPU, p99 | wall clock, p50 | found | p99 < ${target} ms |`,
    "|---|---|---|---|---|---|",
    ...cells,
    "",
    "| | |",
    "|---|---|",
    ...others.map(([name, value]) => `| ${name} | ${value} |`),
  ].join("\n");
}
