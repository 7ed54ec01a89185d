import type { SuiteId } from "@redoubt/peers/peer";
import type { Contestant } from "./contestant.js";
import { compare, type Figure, type Target } from "./figure.js";
import { race } from "./measure.js";
import { type Line, messageRacer, openLine } from "./messages.js";
import { suiteNames } from "./suites.js";

/** Who seals and opens messages against whom. */
export interface MessageRace {
  /** Where it runs, for the section's name. */
  readonly place: string;
  readonly suite: SuiteId;
  /** The first is compared with every peer, the others with the first peer. */
  readonly ours: readonly Contestant[];
  readonly peers: readonly Contestant[];
  /** Peers that are no MLS. */
  readonly otherPeers: readonly Line[];
  /** What our first contestant is to reach. */
  readonly targetFor: (figure: string, peer: string) => Target | undefined;
  readonly rounds: number;
}

/** Sealing and opening one message of 300 bytes, each with its step of the ratchet, in a group of two. */
export async function messageFigures(setup: MessageRace): Promise<Figure[]> {
  const { place, suite, ours, peers, otherPeers, targetFor, rounds } = setup;
  const lines = [...otherPeers];
  for (const contestant of [...ours, ...peers]) lines.push(await openLine(contestant, suite));
  const medians = await race(lines.map(messageRacer), { rounds, warmUp: Math.ceil(rounds / 4) });
  const peerNames = [...otherPeers, ...peers].map(({ name }) => name);
  const section = `One message of 300 bytes, ${suiteNames[suite]}, ${place}`;
  const [first, ...variants] = ours.map(({ name }) => name);
  return [
    ...compare(section, medians, first as string, () => peerNames, targetFor),
    ...variants.flatMap((name) => compare(section, medians, name, () => peerNames.slice(0, 1))),
  ];
}
