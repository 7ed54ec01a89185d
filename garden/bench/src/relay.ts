import { measureEjabberd } from "./ejabberd-load.js";
import { EjabberdProgram, ejabberdVersion } from "./ejabberd-program.js";
import type { Figure } from "./figure.js";
import { type Racer, race, type Sample } from "./measure.js";
import { type Load, measureIdle, measureLatency, measureLoad } from "./relay-load.js";
import { measurePeople } from "./relay-people.js";
import { RelayProgram } from "./relay-program.js";

interface Scale {
  readonly runs: number;
  readonly pairs: Load;
  readonly crowd: Load;
  readonly idleSockets: number;
  readonly latencyMessages: number;
}

const whole: Scale = {
  runs: 3,
  pairs: { logs: 100, watchers: 1, messagesPerLog: 400, open: 8 },
  crowd: { logs: 5, watchers: 100, messagesPerLog: 400, open: 16 },
  idleSockets: 2_000,
  latencyMessages: 1_000,
};
const quick: Scale = {
  runs: 1,
  pairs: { ...whole.pairs, messagesPerLog: 100 },
  crowd: { ...whole.crowd, messagesPerLog: 100 },
  idleSockets: 500,
  latencyMessages: 200,
};

/** Milliseconds of ejabberd's CPU for a delivery where it is not installed: 36,000 and 52,000 deliveries per CPU second. */
const earlier = { name: "ejabberd 23, measured earlier", pairs: 1 / 36, crowd: 1 / 52 };
const cpuFigure = "relay's CPU for a delivery";
const idleBytesOfWs = 6_900;

/**
 * What a relay costs, each figure the median of three runs on a relay of its own, and what two people notice. Where
 * ejabberd is installed, it takes turns with the relay.
 *
 * @param progress told what is being measured
 */
export async function measureRelay(progress: (what: string) => void, isQuick: boolean): Promise<readonly Figure[]> {
  const { runs, pairs, crowd, idleSockets, latencyMessages } = isQuick ? quick : whole;
  const measure = async (what: string, work: (relay: RelayProgram) => Promise<Sample>) => {
    progress(what);
    const medians = await race([{ name: "redoubt", turn: () => onRelay(work) }], { rounds: runs, warmUp: 0 });
    return medians.get("redoubt") ?? {};
  };
  const version = ejabberdVersion();
  const peerName = version === undefined ? earlier.name : `ejabberd ${version}`;
  const measureBoth = async (what: string, load: Load) => {
    progress(what);
    const ours: Racer = { name: "redoubt", turn: () => onRelay((relay) => measureLoad(relay, load)) };
    const theirs: Racer = { name: "ejabberd", turn: () => onEjabberd(load) };
    const racers = version === undefined ? [ours] : [ours, theirs];
    const medians = await race(racers, { rounds: runs, warmUp: 0 });
    return { ours: medians.get("redoubt") ?? {}, theirs: medians.get("ejabberd") };
  };
  const oneToOne = await measureBoth("deliveries 1:1", pairs);
  const fanOut = await measureBoth("deliveries to 100 watchers", crowd);
  const latency = await measure("latency", (relay) => measureLatency(relay, latencyMessages));
  const idle = await measure("idle sockets", (relay) => measureIdle(relay, idleSockets));
  const people = await measure("two people", measurePeople);
  const row = (name: string, ours: number | undefined): Figure => {
    return { section: "relay and clients", name, by: "redoubt", ours: ours ?? Number.NaN };
  };
  return [
    {
      ...row(`${cpuFigure}, 1:1`, oneToOne.ours["cpu"]),
      peer: { name: peerName, value: oneToOne.theirs?.["cpu"] ?? earlier.pairs },
      target: { ratio: 1 / 2 },
    },
    {
      ...row(`${cpuFigure}, 100 watchers`, fanOut.ours["cpu"]),
      peer: { name: peerName, value: fanOut.theirs?.["cpu"] ?? earlier.crowd },
      target: { ratio: 1 / 10 },
    },
    {
      ...row("wall clock for a delivery, 1:1", oneToOne.ours["time"]),
      ...(oneToOne.theirs?.["time"] !== undefined && { peer: { name: peerName, value: oneToOne.theirs["time"] } }),
    },
    {
      ...row("wall clock for a delivery, 100 watchers", fanOut.ours["time"]),
      ...(fanOut.theirs?.["time"] !== undefined && { peer: { name: peerName, value: fanOut.theirs["time"] } }),
    },
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

async function onRelay(work: (relay: RelayProgram) => Promise<Sample>): Promise<Sample> {
  const relay = await RelayProgram.start();
  try {
    return await work(relay);
  } finally {
    await relay.stop();
  }
}

async function onEjabberd(load: Load): Promise<Sample> {
  const program = await EjabberdProgram.start();
  try {
    return await measureEjabberd(program, load);
  } finally {
    await program.stop();
  }
}
