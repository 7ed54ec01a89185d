import { EventEmitter, on, once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Bundle } from "./bundle.js";

/** The policy of the web app, here without relays. The page and its workers are all served with it. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>bench</title><script type="module" src="/page.js"></script></html>`;

/** A server on the loopback address for one bundle. */
export interface PageServer extends AsyncDisposable {
  readonly origin: string;
  /** The next message that the page posts. @throws Error if there is none before `limit` */
  nextReport(limit: AbortSignal): Promise<unknown>;
}

/** Serves the page and takes in what it reports. */
export async function serve(bundle: Bundle, policy: string): Promise<PageServer> {
  const reports = new EventEmitter();
  // Keeps what comes while nobody waits.
  const queue = on(reports, "report");
  const server = createServer((request, response) => {
    response.setHeader("Content-Security-Policy", policy);
    // Isolated pages have a clock of 5 µs; others one of 100 µs.
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    if (request.method === "POST" && request.url === "/report") {
      readJson(request).then(
        (report) => {
          reports.emit("report", report);
          response.writeHead(204).end();
        },
        () => response.writeHead(400).end(),
      );
    } else sendFile(bundle, request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async nextReport(limit) {
      const aborted = once(limit, "abort").then(() => Promise.reject(new Error("the page fell silent")));
      return Promise.race([queue.next().then(({ value }) => value[0]), aborted]);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function sendFile(bundle: Bundle, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  const script = bundle.get(url.pathname);
  if (script !== undefined) response.writeHead(200, { "Content-Type": "text/javascript; charset=utf-8" }).end(script);
  else if (url.pathname === "/") response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page);
  else response.writeHead(404).end();
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}
