import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Clock } from "@redoubt/base";
import { defaultRates, type Rates, type Registration, RelayCore } from "@redoubt/relay-core";
import { openBlobFiles, openSqliteStore } from "@redoubt/relay-store";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { accountChains } from "./account-chains.js";
import { addBlobRoutes } from "./blob-routes.js";
import { type ConnectionLimits, defaultConnectionLimits } from "./connection-limits.js";
import { type DisclosureSigner, openDisclosureKey } from "./disclosure/disclosure-key.js";
import { addDisclosureRoute } from "./disclosure/disclosure-route.js";
import { createSelfDisclosure } from "./disclosure/self-disclosure.js";
import { verifyEd25519 } from "./ed25519.js";
import { FaultLog } from "./fault-log.js";
import { frameMessage } from "./frame.js";
import { createHttpServer, type HttpOptions, renewTls } from "./http-server.js";
import { describeFault } from "./log.js";
import { Metrics } from "./metrics.js";
import { Nights } from "./nights.js";
import { sha256 } from "./sha256.js";
import { SocketServer } from "./socket-server.js";
import { StartError } from "./start-error.js";
import { Turn } from "./turn.js";

export interface RelayOptions extends Pick<HttpOptions, "web" | "tls"> {
  /** The data folder; made if it does not exist. */
  readonly data: string;
  readonly host: string;
  /** How people reach the relay: its name on what it discloses, if it is given at the first start. */
  readonly publicUrl?: string | undefined;
  /** 0 for any that is free. */
  readonly port: number;
  /** Who may register. */
  readonly registration: Registration;
  /** Most bytes of database and blobs together. */
  readonly maxStorage?: number | undefined;
  /** Whether the last address of `X-Forwarded-For` is the client's. */
  readonly trustProxy: boolean;
  readonly logger: Logger;
  /** Leading zero bits of a stamp: 16 unless said otherwise. */
  readonly powBits?: number;
  /** Requests a minute from one address, where they differ from the default. */
  readonly rates?: Partial<Rates>;
  /** What connections may take, where it differs from the default. */
  readonly connections?: Partial<ConnectionLimits> | undefined;
  readonly maxLogEntries?: number;
  readonly retentionDays?: number;
  /** Bytes that the members of one log may begin to upload in a day: 16 GiB unless said otherwise. */
  readonly blobBytesPerLogAndDay?: number;
  /** Logs that all connections from one address watch together: 100,000 unless said otherwise. */
  readonly watchesPerAddress?: number;
  readonly clock?: Clock;
}

/** A relay that is running. */
export interface Relay extends AsyncDisposable {
  /** Where it listens: `http://host:port`, or https. */
  readonly url: string;
  /** Does the nightly work now. */
  night(): Promise<void>;
  /**
   * Reads the TLS certificate and its key again, if there are any: for connections to come, those that are open stay.
   * Where they cannot be read, the ones before hold on, and the log says so.
   */
  renewTls(): void;
  /** Finishes what came in, says goodbye to every connection, and closes the store. */
  stop(): Promise<void>;
}

/**
 * Starts a relay: the composition root of the relay wing.
 *
 * @throws StartError, and StoreError of the store
 */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const { logger, data, maxStorage } = options;
  const clock = options.clock ?? Date.now;
  const fault = new FaultLog(logger).add;
  const limits = { ...defaultConnectionLimits(), ...options.connections };
  const turn = new Turn();
  const metrics = new Metrics();
  const http = createHttpServer({ metrics, web: options.web, tls: options.tls, headMs: limits.headMs });
  const store = openSqliteStore({ folder: data, ...(maxStorage === undefined ? {} : { maxBytes: maxStorage }) });
  const signer = signerOf(options, () => store.close());
  const core = new RelayCore(
    {
      store,
      blobFiles: openBlobFiles(path.join(data, "blobs"), clock),
      chains: accountChains,
      clock,
      random: (length) => new Uint8Array(randomBytes(length)),
      sha256,
      verify: verifyEd25519,
      discloseAccount: createSelfDisclosure(store.raw, signer, clock),
      frame: frameMessage,
      atTurnEnd: (callback) => turn.commit(callback),
      fault,
    },
    {
      registration: options.registration,
      powBits: options.powBits ?? 16,
      rates: { ...defaultRates, ...options.rates },
      maxLogEntries: options.maxLogEntries ?? 1_000_000,
      retentionDays: options.retentionDays ?? 30,
      blobBytesPerLogAndDay: options.blobBytesPerLogAndDay ?? 2 ** 34,
      watchesPerAddress: options.watchesPerAddress ?? 100_000,
      tally: metrics.tally,
    },
  );
  const sockets = new SocketServer({ core, turn, trustProxy: options.trustProxy, limits });
  addBlobRoutes(http, { core, tally: metrics.tally, trustProxy: options.trustProxy, fault, limits });
  addDisclosureRoute(http, signer);
  metrics.observe(core, () => sockets.count());
  sockets.attach(http.server as Server);
  const nights = new Nights(core);
  const stopClockwork = startClockwork({ core, sockets, nights, clock, logger });

  const stop = async () => {
    stopClockwork();
    core.stop();
    await nights.stop();
    await core.blobs.stop();
    await sockets.close();
    await http.close();
    store.close();
    logger.info("stopped");
  };
  try {
    const url = await listen(http, options);
    logger.info({ url }, "listening");
    let stopped: Promise<void> | undefined;
    const stopOnce = () => {
      stopped ??= stop();
      return stopped;
    };
    const renew = () => {
      if (options.tls === undefined) return;
      try {
        renewTls(http, options.tls);
        logger.info("the certificate was read again");
      } catch (error) {
        logger.error(describeFault(error), "the certificate cannot be read");
      }
    };
    return { url, night: () => nights.run(), renewTls: renew, stop: stopOnce, [Symbol.asyncDispose]: stopOnce };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param release gives up what is open, where the key cannot be had */
function signerOf({ data, publicUrl }: RelayOptions, release: () => void): DisclosureSigner {
  try {
    return openDisclosureKey(data, publicUrl === undefined ? "localhost" : new URL(publicUrl).host);
  } catch (error) {
    release();
    throw error;
  }
}

async function listen(http: FastifyInstance, { host, port, tls }: RelayOptions): Promise<string> {
  try {
    await http.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    throw new StartError(code === "EADDRINUSE" ? "port-in-use" : "cannot-listen", `${host}:${port}`, error);
  }
  const address = http.server.address() as AddressInfo;
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `${tls === undefined ? "http" : "https"}://${name}:${address.port}`;
}

/** What happens by the clock: quiet addresses are forgotten, the salt of stamps changes, a day's rows are put in order. */
function startClockwork(parts: {
  readonly core: RelayCore;
  readonly sockets: SocketServer;
  readonly nights: Nights;
  readonly clock: Clock;
  readonly logger: Logger;
}): () => void {
  const { core, sockets, nights, clock, logger } = parts;
  let worked: number | undefined;
  let hour = Math.floor(clock() / 3_600_000);
  const tick = setInterval(() => {
    core.sweep();
    const now = clock();
    if (Math.floor(now / 3_600_000) !== hour) {
      hour = Math.floor(now / 3_600_000);
      sockets.broadcast(core.saltFrame());
    }
    const day = Math.floor(now / 86_400_000);
    if (day === worked) return;
    worked = day;
    nights.run().catch((error) => logger.error(describeFault(error), "the nightly work failed"));
  }, 60_000);
  return () => clearInterval(tick);
}
