import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { blobHeaders, blobPath, offsetContentType, tusVersion } from "@redoubt/wire";
import type { Target } from "../campaign.js";
import type { Chance } from "../chance.js";
import { mutateBytes } from "../mutate-bytes.js";
import { startOpenRelay } from "../test-relay.js";

const methods = ["GET", "HEAD", "POST", "PATCH", "OPTIONS", "PUT", "DELETE", "TRACE", "CONNECT", "get", "PROPFIND"];
const paths = [
  "/",
  "/index.html",
  "/healthz",
  "/metrics",
  "/v1/anonymous",
  "/v1/named",
  "/v1/disclosure-key",
  blobPath,
  `${blobPath}/${"A".repeat(43)}`,
  `${blobPath}/%00`,
  "/../../../etc/passwd",
  "/%2e%2e/%2e%2e/etc/passwd",
  "/..%2f..%2frelay/relay.db",
  "//etc/passwd",
  "/%ff%fe",
  "/\\..\\relay.db",
  `/${"a/".repeat(2_000)}`,
  "*",
  "http://elsewhere.example/",
];
const headers: readonly (readonly [string, readonly string[]])[] = [
  ["Host", ["relay.example", "", "a b", "relay.example:99999"]],
  ["Content-Length", ["0", "5", "-1", "1e3", "99999999999999999999", "5, 6"]],
  ["Transfer-Encoding", ["chunked", "chunked, chunked", "gzip"]],
  ["Connection", ["Upgrade", "keep-alive", "close"]],
  ["Upgrade", ["websocket", "h2c", "websocket, websocket"]],
  ["Sec-WebSocket-Version", ["13", "8", "x"]],
  ["Sec-WebSocket-Key", ["dGhlIHNhbXBsZSBub25jZQ==", "short", ""]],
  ["Sec-WebSocket-Extensions", ["permessage-deflate; client_max_window_bits=99", ",,,"]],
  ["Range", ["bytes=0-", "bytes=-1", "bytes=5-2", "bytes=0-1,3-4", "lines=1", "bytes=99999999999999999999-"]],
  ["Tus-Resumable", [tusVersion, "0.2", ""]],
  ["Upload-Length", ["10", "-1", "1e9", "99999999999999999999", ""]],
  ["Upload-Offset", ["0", "7", "-1", "0x10"]],
  ["Upload-Metadata", ["filename d29ybGQ="]],
  ["Content-Type", [offsetContentType, "application/json", "multipart/form-data; boundary=x", "\u0001"]],
  [blobHeaders.blob, ["A".repeat(43), "short", "*", "A".repeat(9_000)]],
  [blobHeaders.log, ["A".repeat(43), ""]],
  [blobHeaders.signature, ["A".repeat(86), "x"]],
  ["X-Forwarded-For", ["1.2.3.4", "::1", "'; drop table accounts", "1.2.3.4,".repeat(500)]],
  ["Accept-Encoding", ["br", "gzip;q=9", "*"]],
  ["If-None-Match", ['"x"', "*"]],
  ["Expect", ["100-continue", "no"]],
  ["Cookie", ["a=b;".repeat(1_000)]],
];
/** What a relay may say to what it does not take. */
const statuses = new Set([
  100, 101, 200, 201, 204, 206, 301, 302, 304, 400, 403, 404, 405, 406, 408, 409, 411, 412, 413, 414, 415, 416, 417,
  426, 429, 431, 501, 503, 505, 507,
]);
const leaks = /\n\s+at |Route |node_modules|\/packages\/|node:internal|Error:|SQLITE_/;
const patienceMs = 10_000;

/** Requests over plain TCP: every route and method, headers with something wrong, bodies of any kind, cut anywhere. */
export async function httpRoutes(): Promise<Target> {
  const web = path.join(process.env["TMPDIR"] ?? "/tmp", `redoubt-fuzz-web-${process.pid}`);
  mkdirSync(web, { recursive: true });
  writeFileSync(path.join(web, "index.html"), "<!doctype html><title>fuzz</title>");
  const open = await startOpenRelay({ web: { folder: web, connect: [] } });
  const port = Number(new URL(open.relay.url).port);
  return {
    name: "http",
    async attempt(chance) {
      const request = requestOf(chance);
      const answer = await exchange(port, chance.once(4) ? mutateBytes(chance, request, []) : request);
      if (leaks.test(answer)) throw new Error(`an answer tells of the inside: ${answer.slice(0, 500)}`);
      const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? [];
      if (status === undefined && answer !== "") throw new Error(`no answer of HTTP: ${answer.slice(0, 200)}`);
      if (status !== undefined && !statuses.has(Number(status))) throw new Error(`answered with ${status}`);
      return status ?? "closed";
    },
    async honest() {
      const response = await fetch(`${open.relay.url}/healthz`);
      if ((await response.text()) !== "ok\n") throw new Error("the relay is not healthy");
      const faults = open.lines.filter((line) => line.includes("failed"));
      if (faults.length > 0) throw new Error(`the relay failed: ${faults[0]}`);
    },
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  };
}

function requestOf(chance: Chance): Uint8Array {
  const lines = [`${chance.pick(methods)} ${chance.pick(paths)} HTTP/${chance.once(20) ? "9.9" : "1.1"}`];
  if (!chance.once(10)) lines.push("Host: relay.example");
  for (let count = chance.below(7); count > 0; count--) {
    const [name, values] = chance.pick(headers);
    lines.push(`${name}: ${chance.pick(values)}`);
  }
  const body = chance.once(2) ? "" : Buffer.from(chance.bytes(chance.below(40))).toString("latin1");
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`, "latin1");
}

/** Sends it, says that nothing more comes, and takes all that is answered. */
function exchange(port: number, request: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    const late = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no end of an answer to ${Buffer.from(request).toString("latin1").slice(0, 300)}`));
    }, patienceMs);
    const done = () => {
      clearTimeout(late);
      resolve(answer);
    };
    socket.setEncoding("latin1").on("data", (text: string) => {
      answer += text;
      // A connection that became a WebSocket goes on.
      if (answer.startsWith("HTTP/1.1 101")) socket.destroy();
    });
    socket.on("error", () => undefined).on("close", done);
    socket.end(request);
  });
}
