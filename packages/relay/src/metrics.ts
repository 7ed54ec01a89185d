import type { RelayCore, Tally } from "@redoubt/relay-core";
import { Counter, Gauge, Registry } from "prom-client";

/** Counts of what the relay does. No label ever holds a name, an address or an id. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #answers = new Map<string, number>();

  /** Counts one answer. */
  readonly tally: Tally = (op, code) => {
    const key = `${op} ${code}`;
    this.#answers.set(key, (this.#answers.get(key) ?? 0) + 1);
  };

  /**
   * Adds what is read at the moment of asking.
   *
   * @param connections open connections, by kind of socket
   */
  observe(core: RelayCore, connections: () => { readonly anonymous: number; readonly named: number }): void {
    const registers = [this.#registry];
    const answers = this.#answers;
    new Counter({
      name: "redoubt_answers_total",
      help: "Requests answered, by operation and outcome",
      labelNames: ["op", "code"],
      registers,
      collect() {
        this.reset();
        for (const [key, count] of answers) {
          const [op = "", code = ""] = key.split(" ");
          this.inc({ op, code }, count);
        }
      },
    });
    new Gauge({
      name: "redoubt_connections",
      help: "Open sockets, by kind",
      labelNames: ["kind"],
      registers,
      collect() {
        for (const [kind, count] of Object.entries(connections())) this.set({ kind }, count);
      },
    });
    new Gauge({
      name: "redoubt_watches",
      help: "Logs being watched, summed over connections",
      registers,
      collect() {
        this.set(core.gauges().watches);
      },
    });
    new Gauge({
      name: "redoubt_blobs",
      help: "Blobs held or being uploaded",
      registers,
      collect() {
        this.set(core.gauges().blobs);
      },
    });
    new Gauge({
      name: "redoubt_blob_bytes",
      help: "Bytes that blobs have, or will have when their uploads are complete",
      registers,
      collect() {
        this.set(core.gauges().blobBytes);
      },
    });
    new Gauge({
      name: "redoubt_deliveries",
      help: "Log entries handed to watchers as they were committed, since the start",
      registers,
      collect() {
        this.set(core.gauges().delivered);
      },
    });
  }

  /** The Prometheus text format. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}
