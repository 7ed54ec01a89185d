import { createNodeProvider } from "@redoubt/crypto/node";
import { createWebProvider } from "@redoubt/crypto/web";
import type { SuiteId } from "@redoubt/peers/peer";
import { tsMls1 } from "@redoubt/peers/ts-mls-1";
import { tsMls2 } from "@redoubt/peers/ts-mls-2";
import { tsMls2OnNode } from "@redoubt/peers/ts-mls-2-on-node";
import type { BenchOptions } from "./arguments.js";
import { breakdowns } from "./breakdown.js";
import { visit } from "./browser/visit.js";
import type { Target } from "./figure.js";
import { groupFigures } from "./group-figures.js";
import type { Listener } from "./listener.js";
import { messageFigures } from "./message-figures.js";
import { redoubtOn } from "./redoubt.js";
import { openSenderKeyLine } from "./sender-keys.js";
import { signatureFigures } from "./signature-figures.js";
import { storedFigures } from "./stored-figures.js";

/** Measures our MLS against its peers. */
export async function measureMls(options: BenchOptions, listener: Listener): Promise<void> {
  const { parts, isQuick } = options;
  const nodeProvider = await createNodeProvider();
  const webProvider = await createWebProvider();
  const ours = [redoubtOn(nodeProvider), redoubtOn(webProvider)];

  if (parts.has("messages")) {
    for (const suite of [0xf00e, 1, 3] satisfies SuiteId[]) {
      listener.progress(`messages, suite ${suite}`);
      listener.figures(
        await messageFigures({
          place: "Node",
          suite,
          ours: [...ours, redoubtOn(nodeProvider, { records: true })],
          peers: [tsMls2, tsMls2OnNode],
          otherPeers: [await openSenderKeyLine()],
          targetFor: messageTarget,
          rounds: isQuick ? 50 : 200,
        }),
      );
    }
  }
  if (parts.has("signatures")) {
    listener.progress("signatures");
    listener.figures(await signatureFigures([nodeProvider, webProvider], isQuick ? 50 : 200));
  }
  if (parts.has("groups")) {
    for (const suite of isQuick ? ([0xf00e] as const) : ([0xf00e, 1] as const)) {
      for (const size of isQuick ? [10, 100] : [10, 100, 1000]) {
        listener.progress(`groups of ${size}, suite ${suite}`);
        const rounds = size > 100 ? 3 : size > 10 ? 5 : 15;
        const contestants = { ours, peer: tsMls2, removalPeer: size > 100 ? undefined : tsMls1 };
        listener.figures(await groupFigures({ place: "Node", suite, size, ...contestants, rounds }));
      }
    }
  }
  if (parts.has("stored")) {
    const size = isQuick ? 100 : 1000;
    listener.progress(`what is stored, group of ${size}`);
    listener.figures(await storedFigures(0xf00e, size));
  }
  if (parts.has("browser")) {
    listener.progress("Chromium");
    await visit<"done">("race-worker", { argument: isQuick ? "quick" : "", listener });
  }
  if (parts.has("breakdown")) {
    for (const provider of [nodeProvider, webProvider]) {
      listener.progress(`where the time goes, ${provider.name}`);
      listener.breakdowns(await breakdowns(provider, 0xf00e, isQuick ? 100 : 1000));
    }
  }
}

/** What a message in Node is to cost, against libsignal's native code and against ts-mls as it comes. */
function messageTarget(_figure: string, peer: string): Target | undefined {
  if (peer.startsWith("libsignal")) return { ratio: 1 };
  return peer === tsMls2.name ? { ratio: 0.2 } : undefined;
}
