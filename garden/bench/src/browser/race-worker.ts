import { createWebProvider } from "@redoubt/crypto/web";
import type { SuiteId } from "@redoubt/peers/peer";
import { tsMls1 } from "@redoubt/peers/ts-mls-1";
import { tsMls2 } from "@redoubt/peers/ts-mls-2";
import type { Figure } from "../figure.js";
import { groupFigures } from "../group-figures.js";
import { messageFigures } from "../message-figures.js";
import { redoubtOn } from "../redoubt.js";
import { runWorker } from "./worker-main.js";

const place = "worker in Chromium";

runWorker(async (options, progress): Promise<Figure[]> => {
  const isQuick = options === "quick";
  const ours = [redoubtOn(await createWebProvider())];
  const figures: Figure[] = [];
  for (const suite of [0xf00e, 1, 3] satisfies SuiteId[]) {
    progress(`messages, suite ${suite}`);
    figures.push(
      ...(await messageFigures({
        place,
        suite,
        ours,
        peers: [tsMls2],
        otherPeers: [],
        targetFor: () => ({ ratio: 1 }),
        rounds: isQuick ? 10 : 40,
      })),
    );
  }
  for (const size of isQuick ? [10, 100] : [10, 100, 1000]) {
    progress(`group of ${size}`);
    const rounds = size > 100 ? 3 : size > 10 ? 5 : 15;
    const contestants = { ours, peer: tsMls2, removalPeer: tsMls1 };
    figures.push(...(await groupFigures({ place, suite: 0xf00e, size, ...contestants, rounds })));
  }
  return figures;
});
