import { DeliveryCount } from "./delivery-count.js";
import type { Sample } from "./measure.js";
import { RelayLog } from "./relay-log.js";
import type { RelayProgram } from "./relay-program.js";
import { RelaySocket } from "./relay-socket.js";

/** Logs that are written at once, who watches each, and what is sent. */
export interface Load {
  readonly logs: number;
  readonly watchers: number;
  readonly messagesPerLog: number;
  /** Appends of one log that are not yet acknowledged. */
  readonly open: number;
}

/**
 * Sends a load through a relay, from the first append to the last delivery.
 *
 * @returns the relay's CPU and the wall clock's milliseconds for one delivery
 */
export async function measureLoad(relay: RelayProgram, load: Load): Promise<Sample> {
  const expected = load.logs * load.watchers * load.messagesPerLog;
  const count = new DeliveryCount(expected);
  const sockets: RelaySocket[] = [];
  const writers: { log: RelayLog; socket: RelaySocket }[] = [];
  for (let i = 0; i < load.logs; i++) {
    const { log, writer, watchers } = await openLog(relay, load.watchers);
    for (const watcher of watchers) watcher.onEntry = count.add;
    writers.push({ log, socket: writer });
    sockets.push(writer, ...watchers);
  }
  const [cpuBefore, start] = [relay.cpu(), performance.now()];
  await Promise.all(writers.flatMap(({ log, socket }) => appendAll(log, socket, load)));
  await count.complete;
  const [cpu, time] = [relay.cpu() - cpuBefore, performance.now() - start];
  for (const socket of sockets) socket.close();
  return { cpu: cpu / expected, time: time / expected };
}

function appendAll(log: RelayLog, socket: RelaySocket, { messagesPerLog, open }: Load): Promise<void>[] {
  let left = messagesPerLog;
  return Array.from({ length: open }, async () => {
    while (left > 0) {
      left -= 1;
      await log.append(socket);
    }
  });
}

/** Milliseconds from an append to the event at another socket, one message after the other. */
export async function measureLatency(relay: RelayProgram, messages: number): Promise<Sample> {
  const { log, writer, watchers } = await openLog(relay, 1);
  const [watcher] = watchers as [RelaySocket];
  const times: number[] = [];
  for (let i = 0; i < messages; i++) {
    const start = performance.now();
    const arrived = new Promise<void>((resolve) => {
      watcher.onEntry = resolve;
    });
    await Promise.all([log.append(writer), arrived.then(() => times.push(performance.now() - start))]);
  }
  writer.close();
  watcher.close();
  times.sort((a, b) => a - b);
  return { p50: times[messages >> 1] ?? Number.NaN, p99: times[Math.floor(messages * 0.99)] ?? Number.NaN };
}

/** Bytes of the relay's memory for each of many sockets that watch a log of their own, and nothing happens. */
export async function measureIdle(relay: RelayProgram, count: number): Promise<Sample> {
  const before = relay.memory();
  const sockets: RelaySocket[] = [];
  for (let i = 0; i < count; i++) {
    const socket = await RelaySocket.connect(relay.url);
    const log = new RelayLog();
    await log.create(socket);
    await log.watch(socket);
    sockets.push(socket);
  }
  const bytes = (relay.memory() - before) / count;
  for (const socket of sockets) socket.close();
  return { bytes };
}

async function openLog(relay: RelayProgram, watcherCount: number) {
  const log = new RelayLog();
  const writer = await RelaySocket.connect(relay.url);
  await log.create(writer);
  await log.prove(writer);
  const watchers: RelaySocket[] = [];
  for (let i = 0; i < watcherCount; i++) {
    const watcher = await RelaySocket.connect(relay.url);
    await log.watch(watcher);
    watchers.push(watcher);
  }
  return { log, writer, watchers };
}
