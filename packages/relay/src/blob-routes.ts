import { Readable } from "node:stream";
import { type BlobBody, faults, type RelayCore, RelayError, rateClasses, type Tally } from "@redoubt/relay-core";
import {
  type BlobOp,
  blobHeaders,
  blobPath,
  limits,
  offsetContentType,
  type RelayErrorCode,
  tusVersion,
} from "@redoubt/wire";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { clientAddress } from "./address.js";
import { readBytes, readNumber, readPermit, readRange, requireTus } from "./blob-headers.js";
import { type ConnectionLimits, CountByAddress } from "./connection-limits.js";

/** How long one body may take in all: 8 MiB at 14 kB/s. */
const bodyMs = 600_000;

const statuses: Readonly<Partial<Record<RelayErrorCode, number>>> = {
  malformed: 400,
  "no-metadata": 400,
  "bad-signature": 403,
  "unknown-log": 403,
  "unknown-blob": 404,
  "blob-exists": 409,
  "blob-offset": 409,
  "too-large": 413,
  "bad-range": 416,
  "rate-limited": 429,
  "blob-quota": 429,
  "shutting-down": 503,
  "storage-full": 507,
  "storage-damaged": 500,
};

const headers = {
  "tus-resumable": tusVersion,
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  // A log may live on another relay than the page that writes to it. Nothing here goes by cookies.
  "access-control-allow-origin": "*",
  "access-control-expose-headers": [
    "location",
    "upload-offset",
    "upload-length",
    "tus-version",
    "tus-resumable",
    "tus-max-size",
    "tus-extension",
    "content-range",
    "retry-after",
    blobHeaders.error,
  ].join(", "),
} as const;

const preflight = {
  "tus-version": tusVersion,
  "tus-extension": "creation",
  "tus-max-size": String(limits.blob),
  "access-control-allow-methods": "OPTIONS, POST, HEAD, PATCH, GET",
  "access-control-allow-headers": [
    "content-type",
    "range",
    "tus-resumable",
    "upload-length",
    "upload-offset",
    ...Object.values(blobHeaders),
  ].join(", "),
  "access-control-max-age": "86400",
} as const;

/** A blob is whatever somebody put there: no browser may run it, on whatever page it is opened. */
const contentHeaders = {
  "content-type": "application/octet-stream",
  "content-disposition": "attachment",
  "content-security-policy": "default-src 'none'; sandbox",
  "cross-origin-resource-policy": "cross-origin",
  "accept-ranges": "bytes",
  "cache-control": "public, max-age=2592000, immutable",
} as const;

interface Context {
  readonly core: RelayCore;
  readonly tally: Tally;
  readonly trustProxy: boolean;
  readonly fault: (error: unknown) => void;
  /** A connection on which nothing moves for `stalledMs` is gone. */
  readonly limits: Pick<ConnectionLimits, "blobsPerAddress" | "stalledMs">;
}

type IdRequest = FastifyRequest<{ Params: { id: string } }>;

/** Uploads by tus 1.0 (core and creation, without metadata) and ranged downloads, below `/v1/blobs`. */
export function addBlobRoutes(server: FastifyInstance, context: Context): void {
  const { blobs } = context.core;
  const { blobsPerAddress, stalledMs } = context.limits;
  const [uploads, downloads] = [new CountByAddress(blobsPerAddress), new CountByAddress(blobsPerAddress)];
  // Whoever is slow on purpose must not take the places of all others.
  const admit = (counts: CountByAddress, { raw }: FastifyRequest): (() => void) => {
    const release = counts.admit(clientAddress(raw, context.trustProxy));
    if (release === undefined) throw new RelayError("rate-limited", { retryAfter: 5 });
    return release;
  };
  void server.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser(offsetContentType, (_request, _payload, done) => done(null));
    routes.addHook("onRequest", async (_request, reply) => void reply.headers(headers));
    routes.setErrorHandler((error, _request, reply) => refuse(context, reply, error));

    for (const path of [blobPath, `${blobPath}/:id`]) {
      routes.options(path, async (_request, reply) => reply.code(204).headers(preflight).send());
    }

    routes.post(blobPath, (request, reply) =>
      answer(context, "create-blob", request, async () => {
        requireTus(request.headers);
        if (request.headers["content-length"] !== undefined) {
          if (readNumber(request.headers["content-length"]) > 0) throw new RelayError("malformed");
        }
        const blobId = readBytes(request.headers[blobHeaders.blob], 32);
        const length = readNumber(request.headers["upload-length"]);
        const offset = await blobs.create(blobId, length, readPermit(request.headers));
        return reply
          .code(201)
          .headers({ location: `${blobPath}/${idText(blobId)}`, "upload-offset": offset })
          .send();
      }),
    );

    routes.head(`${blobPath}/:id`, (request: IdRequest, reply) =>
      answer(context, "blob-offset", request, async () => {
        requireTus(request.headers);
        const { received, length } = await blobs.offset(readBytes(request.params.id, 32));
        return reply.code(200).headers({ "upload-offset": received, "upload-length": length }).send();
      }),
    );

    routes.patch(`${blobPath}/:id`, (request: IdRequest, reply) =>
      answer(context, "write-blob", request, async () => {
        requireTus(request.headers);
        if (request.headers["content-type"] !== offsetContentType) throw new RelayError("malformed");
        const blobId = readBytes(request.params.id, 32);
        const offset = readNumber(request.headers["upload-offset"]);
        const permit = readPermit(request.headers);
        const release = admit(uploads, request);
        const { body, end } = bodyOf(request, stalledMs);
        try {
          const received = await blobs.write(blobId, offset, permit, body);
          return reply.code(204).headers({ "upload-offset": received }).send();
        } finally {
          end();
          release();
        }
      }),
    );

    routes.get(`${blobPath}/:id`, { exposeHeadRoute: false }, (request: IdRequest, reply) =>
      answer(context, "read-blob", request, async () => {
        const blobId = readBytes(request.params.id, 32);
        const { length } = blobs.find(blobId);
        reply.raw.once("close", admit(downloads, request));
        const range = readRangeOf(request, reply, length);
        if (range !== undefined) {
          const { from } = range;
          reply.code(206).header("content-range", `bytes ${from}-${from + range.length - 1}/${length}`);
        }
        const part = range ?? { from: 0, length };
        reply.headers({ ...contentHeaders, "content-length": part.length });
        reply.raw.setTimeout(stalledMs, () => request.raw.destroy());
        return reply.send(Readable.from(blobs.read(blobId, part.from, part.length), { objectMode: false }));
      }),
    );
  });
}

/** Runs one operation after its limits, and counts what it comes to. */
async function answer(
  context: Context,
  op: BlobOp,
  request: FastifyRequest,
  work: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const { core, tally, trustProxy } = context;
  try {
    if (core.isStopping) throw new RelayError("shutting-down", { retryAfter: 2 });
    const wait = core.rates.take(clientAddress(request.raw, trustProxy), rateClasses[op]);
    if (wait > 0) throw new RelayError("rate-limited", { retryAfter: wait });
    const reply = await work();
    tally(op, "ok");
    return reply;
  } catch (error) {
    tally(op, error instanceof RelayError ? error.code : "internal");
    throw error;
  }
}

/** A body that is read as it comes. After a while without a byte, or too long in all, its connection is cut. */
function bodyOf(request: FastifyRequest, stalledMs: number): { readonly body: BlobBody; readonly end: () => void } {
  const { raw } = request;
  const interrupt = () => void raw.destroy();
  raw.setTimeout(stalledMs, interrupt);
  const timer = setTimeout(interrupt, bodyMs);
  const body = { length: readNumber(raw.headers["content-length"]), pieces: raw, interrupt };
  return { body, end: () => clearTimeout(timer) };
}

function readRangeOf(request: FastifyRequest, reply: FastifyReply, length: number) {
  try {
    return readRange(request.headers.range, length);
  } catch (error) {
    reply.header("content-range", `bytes */${length}`);
    throw error;
  }
}

function refuse({ fault }: Context, reply: FastifyReply, error: unknown): FastifyReply {
  const refusal = toRefusal(error);
  if (faults.has(refusal.code)) fault(error instanceof RelayError ? (error.cause ?? error) : error);
  if (refusal.retryAfter !== null) reply.header("retry-after", refusal.retryAfter);
  return reply
    .code(statuses[refusal.code] ?? 500)
    .headers({ [blobHeaders.error]: refusal.code, "cache-control": "no-store", "tus-version": tusVersion })
    .type("text/plain; charset=utf-8")
    .send(`${refusal.message}\n`);
}

/** What fastify itself refuses (a body of another type) is malformed. */
function toRefusal(error: unknown): RelayError {
  if (error instanceof RelayError) return error;
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
  return new RelayError(status >= 400 && status < 500 ? "malformed" : "internal");
}

function idText(blobId: Uint8Array): string {
  return Buffer.from(blobId).toString("base64url");
}
