import { httpByFetch } from "../http.js";
import type { Platform } from "../platform.js";
import { openSocket } from "./open-socket.js";

/** Node: sockets by `ws`, HTTP by its `fetch`, the system's clock and timers. */
export const nodePlatform: Platform = {
  clock: Date.now,
  schedule(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
  openSocket,
  sendHttp: httpByFetch({ fetch, createAbort: () => new AbortController() }),
};
