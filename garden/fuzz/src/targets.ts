import type { Target } from "./campaign.js";
import { clientFrames } from "./targets/client-frames.js";
import { clientRows } from "./targets/client-rows.js";
import { decoders } from "./targets/decoders.js";
import { httpRoutes } from "./targets/http.js";
import { relayFrames } from "./targets/relay-frames.js";

/** Everything that can be fuzzed, with its share of the cases: by how much one costs. */
export const targets: Readonly<Record<string, { readonly open: () => Promise<Target>; readonly share: number }>> = {
  decoders: { open: decoders, share: 0.88 },
  "relay-frames": { open: relayFrames, share: 0.07 },
  http: { open: httpRoutes, share: 0.04 },
  "client-frames": { open: clientFrames, share: 0.006 },
  "client-rows": { open: clientRows, share: 0.004 },
};
