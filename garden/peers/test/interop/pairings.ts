import { allSuites, type Peer, type SuiteId } from "../../src/peer.js";
import { redoubt } from "../../src/redoubt.js";
import { tsMls1 } from "../../src/ts-mls-1.js";
import { tsMls2 } from "../../src/ts-mls-2.js";

/** One of us, seen through the interface that all peers share. */
export const us: Peer = redoubt;

export const peers: readonly Peer[] = [tsMls1, tsMls2];

/** Every peer in every suite. */
export const pairings: readonly { readonly them: Peer; readonly suite: SuiteId }[] = peers.flatMap((them) =>
  allSuites.map((suite) => ({ them, suite })),
);

/** Peers that make removals and updates as RFC 9420 §12.4 says, in every suite: not ts-mls 2.0.0-rc.10. */
export const rightAboutPaths = pairings.filter(({ them }) => them !== tsMls2);
