import path from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

/** A web app that the relay is given and does not know. */
export interface WebOptions {
  /** The folder to serve at `/`. */
  readonly folder: string;
  /** Origins (http: or https:) besides the relay's own that the app may talk to: relays that its people's conversations live on. */
  readonly connect: readonly string[];
}

/** Vite puts files here whose names hold a digest of their content. */
const namedByContent = `${path.sep}assets${path.sep}`;

/** Serves the web app, compressed where it lies there compressed, under a policy that lets nothing else run or be asked. */
export function addWebFiles(server: FastifyInstance, { folder, connect }: WebOptions): void {
  const root = path.resolve(folder);
  const headers = pageHeaders(connect);
  server.register(async (scope) => {
    scope.addHook("onRequest", async (_request, reply) => {
      reply.headers(headers);
    });
    scope.register(fastifyStatic, {
      root,
      index: ["index.html"],
      preCompressed: true,
      cacheControl: false,
      setHeaders(response, file) {
        const isFixed = file.slice(root.length).startsWith(namedByContent);
        response.setHeader("cache-control", isFixed ? "public, max-age=31536000, immutable" : "no-cache");
      },
    });
  });
}

/** Of every file, for workers take their policy from their own script. */
function pageHeaders(connect: readonly string[]) {
  const others = connect.flatMap((origin) => [origin, origin.replace(/^http/, "ws")]);
  return {
    "content-security-policy": [
      "default-src 'none'",
      // SQLite and libsodium are WebAssembly.
      "script-src 'self' 'wasm-unsafe-eval'",
      "worker-src 'self'",
      ["connect-src 'self'", ...others].join(" "),
      "style-src 'self'",
      "img-src 'self' blob: data:",
      "media-src 'self' blob:",
      "font-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types redoubt",
    ].join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), interest-cohort=()",
  } as const;
}
