import { readFileSync } from "node:fs";
import { STATUS_CODES } from "node:http";
import type { Server } from "node:https";
import { type FastifyError, type FastifyInstance, type FastifyReply, fastify } from "fastify";
import type { Metrics } from "./metrics.js";
import { StartError } from "./start-error.js";
import { addWebFiles, type WebOptions } from "./web-files.js";

export interface HttpOptions {
  readonly metrics: Metrics;
  readonly web?: WebOptions | undefined;
  /** How long the head of a request may take, in milliseconds. */
  readonly headMs: number;
  /** Paths of PEM files; without them the server speaks plain HTTP, behind a proxy that has the certificate. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

/** How long a whole request may take, in milliseconds: a blob's body is the longest and has less. */
const requestTimeout = 660_000;
/** How often Node looks for requests that are late. */
const checkEveryMs = 5_000;

/** The HTTP side: health, metrics, and the web folder if one is given. Requests are not logged. */
export function createHttpServer({ metrics, web, tls, headMs }: HttpOptions): FastifyInstance {
  const common = {
    logger: false,
    forceCloseConnections: true,
    requestTimeout,
    frameworkErrors: (_error: unknown, _request: unknown, reply: FastifyReply) => refuse(reply, 400),
  } as const;
  const times = { headersTimeout: headMs, connectionsCheckingInterval: Math.min(headMs, checkEveryMs) };
  const server = (tls === undefined
    ? fastify({ ...common, http: times })
    : fastify({
        ...common,
        https: { ...times, handshakeTimeout: headMs, ...readTls(tls) },
      })) as unknown as FastifyInstance;
  // What the framework would say repeats what was asked, and the message of what failed.
  server.setNotFoundHandler((_request, reply) => refuse(reply, 404));
  server.setErrorHandler(({ statusCode = 500 }: FastifyError, _request, reply) => refuse(reply, statusCode));
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

function refuse(reply: FastifyReply, status: number): void {
  void reply
    .code(status)
    .header("content-type", "text/plain; charset=utf-8")
    .header("cache-control", "no-store")
    .send(`${STATUS_CODES[status] ?? "Refused"}\n`);
}

/**
 * Reads certificate and key again, for all connections to come; those that are open stay.
 *
 * @throws StartError `tls-unreadable`. The ones before hold on then.
 */
export function renewTls({ server }: FastifyInstance, tls: NonNullable<HttpOptions["tls"]>): void {
  const files = readTls(tls);
  try {
    (server as unknown as Server).setSecureContext(files);
  } catch (error) {
    throw new StartError("tls-unreadable", undefined, error);
  }
}

function readTls({ cert, key }: { readonly cert: string; readonly key: string }): { cert: Buffer; key: Buffer } {
  try {
    return { cert: readFileSync(cert), key: readFileSync(key) };
  } catch (error) {
    throw new StartError("tls-unreadable", undefined, error);
  }
}
