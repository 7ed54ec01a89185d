import { createNodeProvider } from "@redoubt/crypto/node";
import { decodeGroup, encodeEpoch, encodeGroup, recordChanges } from "@redoubt/mls";
import type { Change, SuiteId } from "@redoubt/peers/peer";
import { encodeWholeState, type TsMls2Group, tsMls2 } from "@redoubt/peers/ts-mls-2";
import type { Client, Session } from "./contestant.js";
import type { Figure } from "./figure.js";
import { median } from "./measure.js";
import { type RedoubtSession, redoubtOn } from "./redoubt.js";
import { suiteNames } from "./suites.js";

const data = new Uint8Array(300).fill(0x61);
const samples = 20;

/** What a member of a group writes when a message or a commit comes in, and what it costs to compute. */
export async function storedFigures(suite: SuiteId, size: number): Promise<Figure[]> {
  const ours = redoubtOn(await createNodeProvider());
  const senders = await membersOf((identity) => ours.createClient({ suite, identity }), size, samples);
  const receiver = senders.pop() as RedoubtSession;
  const [sender] = senders as [RedoubtSession];
  const first: Written[] = [];
  for (const other of senders) first.push(await receive(receiver, other));
  const later: Written[] = [];
  for (let i = 0; i < samples; i++) later.push(await receive(receiver, sender));
  const whole = await wholeStates(suite, size);

  const section = `What is stored, group of ${size}, ${suiteNames[suite]}`;
  const peerName = `whole state of ${tsMls2.name}`;
  const figure = (name: string, values: readonly number[], rest: Partial<Figure> = {}): Figure => {
    return { section, name, by: ours.name, ours: median(values), ...rest };
  };
  const received = (what: string, written: readonly Written[]): Figure[] => [
    figure(
      `${what}: compute what to write`,
      written.map(({ time }) => time),
      {
        peer: { name: peerName, value: median(whole.map(({ time }) => time)) },
        target: { atMost: 1 },
      },
    ),
    figure(
      `${what}: written, bytes`,
      written.map(({ bytes }) => bytes),
      {
        peer: { name: peerName, value: median(whole.map(({ bytes }) => bytes)) },
        target: { atMost: 2000 },
      },
    ),
  ];
  const repeat = <Result>(work: () => Result) => Array.from({ length: samples }, () => clocked(work));
  const stored = encodeGroup(receiver.group);
  const epochs = repeat(() => encodeEpoch(receiver.group.epoch));
  return [
    ...received("received message", later),
    ...received("a sender's first message", first),
    figure("an epoch's first message: written, bytes", [first[0]?.bytes ?? Number.NaN], { target: { atMost: 2000 } }),
    figure(
      "commit: encode the epoch",
      epochs.map(({ time }) => time),
    ),
    figure(
      "commit: written, bytes",
      epochs.map(({ result }) => result.length),
    ),
    figure(
      "decode the group",
      repeat(() => decodeGroup(stored)).map(({ time }) => time),
    ),
  ];
}

/** What one message makes a member write, and the milliseconds to compute it. */
interface Written {
  readonly time: number;
  readonly bytes: number;
}

async function receive(receiver: RedoubtSession, sender: RedoubtSession): Promise<Written> {
  const message = await sender.seal(data);
  const before = receiver.group;
  await receiver.process(message);
  const { result, time } = clocked(() => recordChanges(before, receiver.group));
  return { time, bytes: result.reduce((sum, { name, value }) => sum + name.length + (value?.length ?? 0), 0) };
}

/** The same for a peer that writes its whole state with every message. */
async function wholeStates(suite: SuiteId, size: number): Promise<Written[]> {
  const members = await membersOf((identity) => tsMls2.createClient({ suite, identity }), size, 2);
  const [sender, receiver] = members as [TsMls2Group, TsMls2Group];
  const written: Written[] = [];
  for (let i = 0; i < samples; i++) {
    await receiver.process(await sender.seal(data));
    const { result, time } = clocked(() => encodeWholeState(receiver));
    written.push({ time, bytes: result.length });
  }
  return written;
}

/** The founder and further members, `count` in all, of a group of `size`. */
async function membersOf<S extends Session>(
  createClient: (identity: string) => Promise<Client<S>>,
  size: number,
  count: number,
): Promise<S[]> {
  const founder = await (await createClient("m0")).createGroup(new TextEncoder().encode("stored"));
  const clients: Client<S>[] = [];
  for (let i = 1; i < size; i++) clients.push(await createClient(`m${i}`));
  const changes: Change[] = [];
  for (const client of clients) changes.push({ kind: "add", keyPackage: await client.createKeyPackage() });
  const adding = await founder.commit(changes, "private");
  await adding.merge();
  const members = [founder];
  for (const client of clients.slice(1 - count)) members.push(await client.join(adding.welcome as Uint8Array));
  return members;
}

function clocked<Result>(work: () => Result): { readonly result: Result; readonly time: number } {
  const start = performance.now();
  const result = work();
  return { result, time: performance.now() - start };
}
