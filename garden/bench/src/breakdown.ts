import type { CryptoProvider } from "@redoubt/crypto";
import type { Change, SuiteId } from "@redoubt/peers/peer";
import type { Client, Session } from "./contestant.js";
import { CountingProvider } from "./counting-provider.js";
import { timed } from "./measure.js";
import { openLine } from "./messages.js";
import { redoubtOn } from "./redoubt.js";
import { suiteNames } from "./suites.js";

/** Where the time of an operation goes. Times in milliseconds, of one operation. */
export interface Breakdown {
  readonly operation: string;
  readonly total: number;
  /** By primitive, the costliest first. */
  readonly primitives: readonly { readonly name: string; readonly calls: number; readonly time: number }[];
}

const messages = 2000;
const data = new Uint8Array(300).fill(0x61);

/** Breaks down sealing and opening a message, and the steps of a group's life. */
export async function breakdowns(provider: CryptoProvider, suite: SuiteId, size: number): Promise<Breakdown[]> {
  const counting = new CountingProvider(provider);
  const measure = async <Result>(operation: string, count: number, work: () => Promise<Result>) => {
    counting.tallies.clear();
    const { result, time } = await timed(work);
    const primitives = [...counting.tallies].map(([name, tally]) => {
      return { name, calls: tally.calls / count, time: tally.time / count };
    });
    primitives.sort((a, b) => b.time - a.time);
    rows.push({ operation: `${operation}, ${suiteNames[suite]}, ${provider.name}`, total: time / count, primitives });
    return result;
  };
  const rows: Breakdown[] = [];
  const contestant = redoubtOn(counting.provider);

  const line = await openLine(contestant, suite);
  const seal = async () => {
    const sealed: Uint8Array[] = [];
    for (let i = 0; i < messages; i++) sealed.push(await line.seal(data));
    return sealed;
  };
  const open = async (sealed: readonly Uint8Array[]) => {
    for (const message of sealed) await line.open(message);
  };
  await open(await seal());
  const sealed = await measure("seal", messages, seal);
  await measure("open", messages, () => open(sealed));

  const founder = await contestant.createClient({ suite, identity: "m0" });
  const clients: Client[] = [];
  for (let i = 1; i < size; i++) clients.push(await contestant.createClient({ suite, identity: `m${i}` }));
  const changes: Change[] = [];
  for (const client of clients) changes.push({ kind: "add", keyPackage: await client.createKeyPackage() });
  const group = await founder.createGroup(new TextEncoder().encode("breakdown"));
  const commit = async (session: Session, proposals: readonly Change[]) => {
    const made = await session.commit(proposals, "private");
    await made.merge();
    return made;
  };
  const at = ` (group of ${size})`;
  const adding = await measure(`add all${at}`, 1, () => commit(group, changes));
  const welcome = adding.welcome as Uint8Array;
  const middle = clients[(size >> 1) - 1] as Client;
  const half = await measure(`join by welcome${at}`, 1, () => middle.join(welcome));
  const first = await measure(`first commit${at}`, 1, () => commit(half, []));
  await measure(`process it${at}`, 1, () => group.process(first.message));
  return rows;
}

/** The breakdowns as Markdown tables. */
export function renderBreakdowns(rows: readonly Breakdown[]): string {
  return rows.map(renderBreakdown).join("\n");
}

function renderBreakdown({ operation, total, primitives }: Breakdown): string {
  const rest = total - primitives.reduce((sum, { time }) => sum + time, 0);
  const share = (time: number) => `${((100 * time) / total).toFixed(0)} %`;
  const row = (name: string, calls: string, time: number) =>
    `| ${name} | ${calls} | ${amount(time)} | ${share(time)} |`;
  const lines = primitives
    .filter(({ time }) => time >= total / 200)
    .map(({ name, calls, time }) => row(name, String(Number(calls.toFixed(2))), time));
  return [
    `### ${operation}: ${amount(total)}`,
    "",
    "| part | calls | time | share |",
    "|---|---|---|---|",
    ...lines,
    row("the rest: codec, tree, copies", "", rest),
    "",
  ].join("\n");
}

function amount(milliseconds: number): string {
  return milliseconds < 1 ? `${(milliseconds * 1000).toFixed(1)} µs` : `${milliseconds.toFixed(1)} ms`;
}
