import type { AnonymousOp } from "@redoubt/wire";
import { Link } from "./link.js";
import { type LogListener, LogWatches } from "./log-watches.js";
import type { TransportPorts } from "./platform.js";
import { socketUrl } from "./relay-url.js";

/** The anonymous connection on which logs are watched, read and written. No errand is run on it. */
export class WatchingLink extends Link<AnonymousOp> {
  readonly #watches: LogWatches;

  /** Begins to connect. @param relay the relay's origin */
  constructor(ports: TransportPorts, relay: string) {
    const watches = new LogWatches(ports.schedule, (detail) => this.fault(detail));
    super(ports, socketUrl(relay, "/v1/anonymous"), {
      greet: async () => undefined,
      connected: (session) => watches.resume(session),
      disconnected: () => watches.pause(),
      event: (event) => watches.take(event),
      // A log that nobody has: the relay answers, and nothing happens.
      probe: (session) => session.request("unwatch", [ports.random(32)]),
    });
    this.#watches = watches;
  }

  /**
   * Watches a log, over every connection to come.
   *
   * @param logId 32 bytes, not watched yet
   * @param fromSeq the first entry to be told of, from 1
   * @returns ends the watch
   * @throws TransportError `bad-request` if it is watched already
   */
  watchLog(logId: Uint8Array, fromSeq: number, listener: LogListener): () => void {
    return this.#watches.add(logId, fromSeq, listener);
  }
}
