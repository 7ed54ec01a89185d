import { httpByFetch } from "../http.js";
import type { Platform } from "../platform.js";
import { openSocketBy } from "./open-socket.js";

/** Browsers and their workers. */
export const webPlatform: Platform = {
  clock: Date.now,
  schedule(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
  openSocket: (url, listener) => openSocketBy(WebSocket, url, listener),
  sendHttp: httpByFetch({ fetch: (url, init) => fetch(url, init), createAbort: () => new AbortController() }),
};
