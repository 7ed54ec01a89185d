import { eventMessage } from "@redoubt/wire";
import { Accounts } from "./accounts.js";
import { AnonymousSession } from "./anonymous-session.js";
import type { BlobFiles } from "./blob-store.js";
import { Blobs } from "./blobs.js";
import { CommitQueue } from "./commit-queue.js";
import { Connection, type ConnectionContext, type Tally } from "./connection.js";
import { Devices } from "./devices.js";
import { Inboxes } from "./inboxes.js";
import type { Registration } from "./invites.js";
import { KeyPackages } from "./key-packages.js";
import { LogBook } from "./log-book.js";
import { LogWatches } from "./log-watches.js";
import { Logs } from "./logs.js";
import { Maintenance } from "./maintenance.js";
import { NamedSession } from "./named-session.js";
import type { Frame, Peer, RelayPorts } from "./ports.js";
import { RateLimits, type Rates } from "./rate-limits.js";
import { SelfDisclosures } from "./self-disclosures.js";
import type { RelayServices } from "./services.js";
import type { Session } from "./session.js";
import { Stamps } from "./stamps.js";

export interface RelayCoreOptions {
  /** Who may register. */
  readonly registration: Registration;
  /** Leading zero bits of a stamp. */
  readonly powBits: number;
  readonly rates: Rates;
  /** Kept entries that one log may have. */
  readonly maxLogEntries: number;
  /** How long log entries and blobs are kept. */
  readonly retentionDays: number;
  /** Bytes that the members of one log may begin to upload in a day. */
  readonly blobBytesPerLogAndDay: number;
  /** Logs that all connections from one address watch together. */
  readonly watchesPerAddress: number;
  readonly tally: Tally;
}

/** The relay without its sockets and files. */
export class RelayCore {
  readonly rates: RateLimits;
  readonly maintenance: Maintenance;
  readonly blobs: Blobs;
  readonly #ports: RelayPorts;
  readonly #services: RelayServices;
  readonly #stamps: Stamps;
  readonly #queue: CommitQueue;
  readonly #context: ConnectionContext;
  #stopping = false;

  constructor(ports: RelayPorts & { readonly blobFiles: BlobFiles }, options: RelayCoreOptions) {
    const book = new LogBook(ports.store.logs);
    const stamps = new Stamps(ports, options.powBits);
    const watches = new LogWatches(ports, { book, mostPerAddress: options.watchesPerAddress });
    const devices = new Devices(ports);
    this.#ports = ports;
    this.#stamps = stamps;
    this.#queue = new CommitQueue(ports, () => book.forgetAll());
    this.rates = new RateLimits(options.rates, ports.clock);
    this.maintenance = new Maintenance(ports, { book, retentionDays: options.retentionDays });
    const logs = new Logs(ports, { stamps, watches, book, maxEntries: options.maxLogEntries });
    this.blobs = new Blobs(ports, {
      files: ports.blobFiles,
      logs,
      queue: this.#queue,
      perLogAndDay: options.blobBytesPerLogAndDay,
      retentionDays: options.retentionDays,
    });
    this.#services = {
      accounts: new Accounts(ports, { stamps, devices, registration: options.registration }),
      devices,
      disclosures: new SelfDisclosures(ports),
      inboxes: new Inboxes(ports, stamps),
      keyPackages: new KeyPackages(ports, devices),
      logs,
      watches,
    };
    this.#context = {
      ports,
      queue: this.#queue,
      rates: this.rates,
      tally: options.tally,
      stopping: () => this.#stopping,
    };
  }

  /**
   * Greets a new connection.
   *
   * @param kind which of the two sockets it is
   * @param address of the client, for rate limits alone
   */
  connect(kind: "anonymous" | "named", peer: Peer, address: string): Session {
    const nonce = this.#ports.random(32);
    const connection = new Connection(this.#context, { peer, nonce, address });
    const { frame } = this.#ports;
    peer.send(frame(eventMessage("hello", [1, nonce, this.#stamps.salt(), this.#stamps.bits])));
    return kind === "anonymous"
      ? new AnonymousSession(connection, this.#services)
      : new NamedSession(connection, this.#services);
  }

  /** The salt of new stamps, as an event for all connections. */
  saltFrame(): Frame {
    return this.#ports.frame(eventMessage("salt", [this.#stamps.salt(), this.#stamps.bits]));
  }

  /** What the metrics show: counts alone. */
  gauges(): {
    readonly watches: number;
    readonly delivered: number;
    readonly blobs: number;
    readonly blobBytes: number;
  } {
    const { size, delivered } = this.#services.watches;
    const { count, bytes } = this.#ports.store.blobs.total();
    return { watches: size, delivered, blobs: count, blobBytes: bytes };
  }

  /** Forgets what was counted of those who have been quiet for long. */
  sweep(): void {
    this.rates.sweep();
    this.#services.keyPackages.sweep();
    this.#services.disclosures.sweep();
  }

  /** Whether it is on its way down: what comes now is refused. */
  get isStopping(): boolean {
    return this.#stopping;
  }

  /** Commits what has come in and refuses everything after it. */
  stop(): void {
    this.#stopping = true;
    this.#queue.flush();
  }
}
