import { readFileSync } from "node:fs";
import { type FastifyInstance, fastify } from "fastify";
import type { Metrics } from "./metrics.js";
import { StartError } from "./start-error.js";
import { addWebFiles, type WebOptions } from "./web-files.js";

export interface HttpOptions {
  readonly metrics: Metrics;
  readonly web?: WebOptions | undefined;
  /** Paths of PEM files; without them the server speaks plain HTTP, behind a proxy that has the certificate. */
  /** How long the head of a request may take. */
  readonly headMs: number;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

/** How long a whole request may take, in milliseconds: a blob's body is the longest and has less. */
const requestTimeout = 660_000;
/** How often Node looks for requests that are late. */
const checkEveryMs = 5_000;

/** The HTTP side: health, metrics, and the web folder if one is given. Requests are not logged. */
export function createHttpServer({ metrics, web, tls, headMs }: HttpOptions): FastifyInstance {
  const common = { logger: false, forceCloseConnections: true, requestTimeout } as const;
  const times = { headersTimeout: headMs, connectionsCheckingInterval: Math.min(headMs, checkEveryMs) };
  const server = (tls === undefined
    ? fastify({ ...common, http: times })
    : fastify({
        ...common,
        https: { ...times, handshakeTimeout: headMs, ...readTls(tls) },
      })) as unknown as FastifyInstance;
  server.get("/healthz", async (_request, reply) => {
    reply.header("content-type", "text/plain; charset=utf-8").header("cache-control", "no-store");
    return "ok\n";
  });
  server.get("/metrics", async (_request, reply) => {
    const { contentType, body } = await metrics.text();
    reply.header("content-type", contentType).header("cache-control", "no-store");
    return body;
  });
  if (web !== undefined) addWebFiles(server, web);
  return server;
}

function readTls({ cert, key }: { readonly cert: string; readonly key: string }): { cert: Buffer; key: Buffer } {
  try {
    return { cert: readFileSync(cert), key: readFileSync(key) };
  } catch (error) {
    throw new StartError("tls-unreadable", undefined, error);
  }
}
