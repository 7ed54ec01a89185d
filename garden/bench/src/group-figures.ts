import type { SuiteId } from "@redoubt/peers/peer";
import type { Contestant } from "./contestant.js";
import { compare, type Figure, type Target } from "./figure.js";
import { groupRacer } from "./groups.js";
import { race } from "./measure.js";
import { suiteNames } from "./suites.js";

/** Whose groups of what size. */
export interface GroupRace {
  readonly place: string;
  readonly suite: SuiteId;
  readonly size: number;
  readonly ours: readonly Contestant[];
  readonly peer: Contestant | undefined;
  /** For removals: ts-mls 2 makes them without a path (docs/decisions/0001), which is less work. Slow in large groups. */
  readonly removalPeer: Contestant | undefined;
  readonly rounds: number;
}

const removals = ["remove", "process the removal"];
const targeted = ["add all", "first commit", "process it", "later commit"];
const halfOfPeer: Target = { ratio: 0.5 };

/** The life of a group (`groupRacer`). */
export async function groupFigures(setup: GroupRace): Promise<Figure[]> {
  const { place, suite, size, ours, peer, removalPeer, rounds } = setup;
  const racers = [];
  for (const contestant of [...ours, peer, removalPeer])
    if (contestant) racers.push(await groupRacer(contestant, suite, size));
  const medians = await race(racers, { rounds, warmUp: size > 100 ? 0 : 1 });
  const isTarget = suite === 0xf00e && size === 1000;
  const peersFor = (figure: string) => {
    const comparable = removals.includes(figure) ? removalPeer : peer;
    return comparable ? [comparable.name] : [];
  };
  const targetFor = (figure: string) => (isTarget && targeted.includes(figure) ? halfOfPeer : undefined);
  const section = `Group of ${size}, ${suiteNames[suite]}, ${place}`;
  return ours.flatMap(({ name }) => compare(section, medians, name, peersFor, targetFor));
}
