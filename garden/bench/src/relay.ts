import type { Figure } from "./figure.js";
import { race, type Sample } from "./measure.js";
import { type Load, measureIdle, measureLatency, measureLoad } from "./relay-load.js";
import { measurePeople } from "./relay-people.js";
import { RelayProgram } from "./relay-program.js";

const runs = 3;
const pairs: Load = { logs: 100, watchers: 1, messagesPerLog: 400, open: 8 };
const crowd: Load = { logs: 5, watchers: 100, messagesPerLog: 400, open: 16 };
const idleSockets = 2_000;
const latencyMessages = 1_000;

const ejabberd = "ejabberd 23, not durable";
/** Deliveries per CPU second of ejabberd. */
const ejabberdRates = { pairs: 36_000, crowd: 52_000 };
const idleBytesOfWs = 6_900;

/**
 * What a relay costs, each figure the median of three runs on a relay of its own, and what two people notice.
 *
 * @param progress told what is being measured
 */
export async function measureRelay(progress: (what: string) => void): Promise<readonly Figure[]> {
  const measure = async (what: string, work: (relay: RelayProgram) => Promise<Sample>) => {
    progress(what);
    return medianOfRuns(work);
  };
  const oneToOne = await measure("deliveries 1:1", (relay) => measureLoad(relay, pairs));
  const fanOut = await measure("deliveries to 100 watchers", (relay) => measureLoad(relay, crowd));
  const latency = await measure("latency", (relay) => measureLatency(relay, latencyMessages));
  const idle = await measure("idle sockets", (relay) => measureIdle(relay, idleSockets));
  const people = await measure("two people", measurePeople);
  const row = (name: string, ours: number | undefined): Figure => {
    return { section: "Relay and clients", name, by: "redoubt", ours: ours ?? Number.NaN };
  };
  return [
    {
      ...row("relay's CPU for a delivery, 1:1", oneToOne["cpu"]),
      peer: { name: ejabberd, value: 1000 / ejabberdRates.pairs },
      target: { ratio: 1 / 2 },
    },
    {
      ...row("relay's CPU for a delivery, 100 watchers", fanOut["cpu"]),
      peer: { name: ejabberd, value: 1000 / ejabberdRates.crowd },
      target: { ratio: 1 / 10 },
    },
    row("wall clock for a delivery, 1:1", oneToOne["time"]),
    row("wall clock for a delivery, 100 watchers", fanOut["time"]),
    row("append to event at another socket, p50", latency["p50"]),
    row("append to event at another socket, p99", latency["p99"]),
    {
      ...row("idle watching socket, bytes", idle["bytes"]),
      peer: { name: "ws", value: idleBytesOfWs },
      target: { atMost: 10_000 },
    },
    row("`send` to the other's event, two processes", people["message"]),
    row("cold start, `redoubt whoami`", people["start"]),
  ];
}

/** Deliveries per CPU second as text, of the figures of `measureRelay` that have a peer's. */
export function renderRates(figures: readonly Figure[]): string {
  return figures
    .filter(({ peer }) => peer?.name === ejabberd)
    .map(({ name, ours, peer }) => {
      const theirs = peer?.value ?? Number.NaN;
      const rate = (milliseconds: number) => Math.round(1000 / milliseconds).toLocaleString("en");
      return `${name}: ${rate(ours)} deliveries per CPU second, ${(theirs / ours).toFixed(2)}× ejabberd's ${rate(theirs)}`;
    })
    .join("\n");
}

async function medianOfRuns(work: (relay: RelayProgram) => Promise<Sample>): Promise<Sample> {
  const name = "redoubt";
  const turn = async () => {
    const relay = await RelayProgram.start();
    try {
      return await work(relay);
    } finally {
      await relay.stop();
    }
  };
  const medians = await race([{ name, turn }], { rounds: runs, warmUp: 0 });
  return medians.get(name) ?? {};
}
