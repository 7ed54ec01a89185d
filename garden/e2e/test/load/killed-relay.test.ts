import { buildPrograms, noteFigure, World } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";
import { LoadLog, Watcher, wayTo } from "./load-log.js";

beforeAll(buildPrograms, 120_000);

const isLong = process.env["REDOUBT_LONG"] === "1";
const logs = isLong ? 50 : 20;
const watchersPerLog = isLong ? 20 : 10;
const entriesPerLog = isLong ? 200 : 30;
const sockets = logs * watchersPerLog;

it(`a relay killed under ${sockets} sockets while entries come in has all that it answered, and everybody gets everything`, {
  timeout: 240_000,
}, async () => {
  await using world = await World.start();
  const way = wayTo(world.relay.url);
  const reconnects: number[] = [];
  let killedAt: number | undefined;
  const connected = () => {
    if (killedAt !== undefined) reconnects.push(performance.now());
  };
  const crowd = await Promise.all(
    Array.from({ length: logs }, async () => {
      const log = new LoadLog();
      await log.create(way);
      const watchers = Array.from({ length: watchersPerLog }, () => new Watcher(way, log, connected));
      return { log, watchers, writer: way.openWatching() };
    }),
  );
  await Promise.all(crowd.flatMap(({ watchers }) => watchers.map(({ link }) => link.session())));

  let answered = 0;
  let half: () => void = () => undefined;
  const halfWay = new Promise<void>((resolve) => {
    half = resolve;
  });
  const writing = Promise.all(
    crowd.map(async ({ log, writer }, number) => {
      const seqs: number[] = [];
      for (let i = 1; i <= entriesPerLog; i++) {
        seqs.push(await log.appendUntilAnswered(writer, Buffer.from(`${number}/${i}`.padEnd(300))));
        answered += 1;
        if (answered >= (logs * entriesPerLog) / 2) half();
      }
      return seqs;
    }),
  );
  await halfWay;
  killedAt = performance.now();
  await world.relay.stop("SIGKILL");
  await world.relay.startAgain();
  const readyAt = performance.now();
  const all = await writing;
  await Promise.all(crowd.flatMap(({ watchers }) => watchers.map((watcher) => watcher.until(entriesPerLog))));
  const deliveredAt = performance.now();

  // Numbers without gaps, each entry once, in the order in which it was answered.
  const expected = Array.from({ length: entriesPerLog }, (_, i) => i + 1);
  for (const seqs of all) expect(seqs).toEqual(expected);
  for (const [number, { log }] of crowd.entries()) {
    const entries = await log.readAll(way);
    expect(entries.map((bytes) => Buffer.from(bytes).toString().trim())).toEqual(expected.map((i) => `${number}/${i}`));
  }
  const watchers = crowd.flatMap(({ watchers: some }) => some);
  expect(watchers.map(({ last }) => last)).toEqual(watchers.map(() => entriesPerLog));
  expect(Math.min(...watchers.map(({ connects }) => connects))).toBe(2);

  const peak = peakPerSecond(reconnects);
  const inSeconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
  const scenario = `killed under ${sockets} watching sockets, appends under way`;
  noteFigure(scenario, "from the kill until the relay answers again", inSeconds(readyAt - killedAt));
  noteFigure(scenario, "until the last watcher is back", inSeconds(Math.max(...reconnects) - killedAt));
  noteFigure(scenario, "most that came back in one second", String(peak));
  noteFigure(scenario, "until everybody has every entry", inSeconds(deliveredAt - killedAt));
  way.close();
});

/** The most of these moments that lie within one second. */
function peakPerSecond(moments: readonly number[]): number {
  const sorted = [...moments].sort((a, b) => a - b);
  return Math.max(...sorted.map((from, index) => sorted.filter((to, i) => i >= index && to < from + 1_000).length));
}
