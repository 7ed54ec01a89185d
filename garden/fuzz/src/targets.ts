import { clientFrames } from "./client/client-frames.js";
import { clientRows } from "./client/client-rows.js";
import { decoders } from "./client/decoders.js";
import { entries } from "./client/entries.js";
import { hostileRelay } from "./client/hostile-relay.js";
import { relayFrames } from "./relay/frames.js";
import { http } from "./relay/http.js";
import type { Target } from "./target.js";

export const targets: readonly Target[] = [
  decoders,
  entries,
  hostileRelay,
  clientFrames,
  clientRows,
  relayFrames,
  http,
];
