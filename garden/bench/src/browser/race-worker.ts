import { createWebProvider } from "@redoubt/crypto/web";
import type { SuiteId } from "@redoubt/peers/peer";
import { tsMls1 } from "@redoubt/peers/ts-mls-1";
import { tsMls2 } from "@redoubt/peers/ts-mls-2";
import { groupFigures } from "../group-figures.js";
import { messageFigures } from "../message-figures.js";
import { redoubtOn } from "../redoubt.js";
import { runWorker } from "./worker-main.js";

const place = "worker in Chromium";

runWorker(async (options, listener): Promise<"done"> => {
  const isQuick = options === "quick";
  const ours = [redoubtOn(await createWebProvider())];
  for (const suite of [0xf00e, 1, 3] satisfies SuiteId[]) {
    listener.progress(`messages, suite ${suite}`);
    listener.figures(
      await messageFigures({
        place,
        suite,
        ours,
        peers: [tsMls2],
        otherPeers: [],
        targetFor: () => ({ ratio: 1 }),
        rounds: isQuick ? 50 : 200,
      }),
    );
  }
  for (const size of [10, 100]) {
    listener.progress(`group of ${size}`);
    const contestants = { ours, peer: tsMls2, removalPeer: tsMls1 };
    listener.figures(await groupFigures({ place, suite: 0xf00e, size, ...contestants, rounds: size > 10 ? 5 : 15 }));
  }
  if (isQuick) return "done";
  listener.progress("group of 1000");
  const alone = { ours, peer: undefined, removalPeer: undefined };
  listener.figures(await groupFigures({ place, suite: 0xf00e, size: 1000, ...alone, rounds: 3 }));
  return "done";
});
