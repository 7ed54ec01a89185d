import { createNodeProvider } from "@redoubt/crypto/node";
import { createWebProvider } from "@redoubt/crypto/web";
import type { SuiteId } from "@redoubt/peers/peer";
import { tsMls1 } from "@redoubt/peers/ts-mls-1";
import { tsMls2 } from "@redoubt/peers/ts-mls-2";
import { tsMls2OnNode } from "@redoubt/peers/ts-mls-2-on-node";
import type { BenchOptions } from "./arguments.js";
import { type Breakdown, breakdowns } from "./breakdown.js";
import { browserFigures } from "./browser/figures.js";
import type { Figure, Target } from "./figure.js";
import { groupFigures } from "./group-figures.js";
import { messageFigures } from "./message-figures.js";
import { redoubtOn } from "./redoubt.js";
import { openSenderKeyLine } from "./sender-keys.js";
import { signatureFigures } from "./signature-figures.js";
import { storedFigures } from "./stored-figures.js";

/** Everything that was measured. */
export interface Measured {
  readonly figures: readonly Figure[];
  readonly breakdowns: readonly Breakdown[];
}

/** Measures our MLS against its peers. `progress` is told what comes next. */
export async function measureMls(options: BenchOptions, progress: (what: string) => void): Promise<Measured> {
  const { parts, isQuick } = options;
  const nodeProvider = await createNodeProvider();
  const webProvider = await createWebProvider();
  const ours = [redoubtOn(nodeProvider), redoubtOn(webProvider)];
  const figures: Figure[] = [];

  if (parts.has("messages")) {
    for (const suite of [0xf00e, 1, 3] satisfies SuiteId[]) {
      progress(`messages, suite ${suite}`);
      figures.push(
        ...(await messageFigures({
          place: "Node",
          suite,
          ours: [...ours, redoubtOn(nodeProvider, { records: true })],
          peers: [tsMls2, tsMls2OnNode],
          otherPeers: [await openSenderKeyLine()],
          targetFor: messageTarget,
          rounds: isQuick ? 10 : 40,
        })),
      );
    }
  }
  if (parts.has("signatures")) {
    progress("signatures");
    figures.push(...(await signatureFigures([nodeProvider, webProvider], isQuick ? 10 : 40)));
  }
  if (parts.has("groups")) {
    for (const suite of isQuick ? ([0xf00e] as const) : ([0xf00e, 1] as const)) {
      for (const size of isQuick ? [10, 100] : [10, 100, 1000]) {
        progress(`groups of ${size}, suite ${suite}`);
        const rounds = size > 100 ? 3 : size > 10 ? 5 : 15;
        const contestants = { ours, peer: tsMls2, removalPeer: tsMls1 };
        figures.push(...(await groupFigures({ place: "Node", suite, size, ...contestants, rounds })));
      }
    }
  }
  if (parts.has("stored")) {
    const size = isQuick ? 100 : 1000;
    progress(`what is stored, group of ${size}`);
    figures.push(...(await storedFigures(0xf00e, size)));
  }
  if (parts.has("browser")) {
    progress("Chromium");
    figures.push(...(await browserFigures({ isQuick }, progress)));
  }
  const rows: Breakdown[] = [];
  if (parts.has("breakdown")) {
    for (const provider of [nodeProvider, webProvider]) {
      progress(`where the time goes, ${provider.name}`);
      rows.push(...(await breakdowns(provider, 0xf00e, isQuick ? 100 : 1000)));
    }
  }
  return { figures, breakdowns: rows };
}

/** What a message in Node is to cost, against libsignal's native code and against ts-mls as it comes. */
function messageTarget(_figure: string, peer: string): Target | undefined {
  if (peer.startsWith("libsignal")) return { ratio: 1 };
  return peer === tsMls2.name ? { ratio: 0.2 } : undefined;
}
