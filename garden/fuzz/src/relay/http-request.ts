import { concatBytes, toBase64url, utf8 } from "@redoubt/base";
import { blobHeaders, blobPath, offsetContentType, tusVersion } from "@redoubt/wire";
import type { Dice } from "../dice.js";
import type { HttpRoute } from "./http-routes.js";
import { type LogKeys, permitOf } from "./keys.js";

type Header = readonly [name: string, value: string];

/** What a request is made of. */
export interface RequestParts {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

/** What the relay knows already: a log, and a blob of it that is complete. */
export interface KnownBlob {
  readonly log: LogKeys;
  readonly blobId: Uint8Array;
  readonly length: number;
}

/** A request that a route answers well, as far as one can be made for it. */
export function honestRequest(dice: Dice, { method, path }: HttpRoute, known: KnownBlob): RequestParts {
  const headers: Header[] = [
    ["host", "relay"],
    ["connection", "close"],
  ];
  const tus: Header = ["tus-resumable", tusVersion];
  // The blob is complete: nothing more, at its end, is what may be sent.
  const body = dice.oneIn(2) ? new Uint8Array(0) : dice.bytes(dice.below(64));
  const blobId = method === "POST" || dice.oneIn(4) ? dice.bytes(32) : known.blobId;
  const length = method === "POST" ? 1 + dice.below(64) : known.length;
  const permit = Object.entries(permitOf(known.log, blobId, length));
  const at = path.replace(":id", toBase64url(blobId)).replace("*", dice.pick(["", "index.html", "nothing.js"]));
  if (!path.startsWith(blobPath)) return { method, path: at, headers, body: new Uint8Array(0) };
  if (method === "POST") {
    const own: Header[] = [tus, [blobHeaders.blob, toBase64url(blobId)], ["upload-length", String(length)], ...permit];
    return { method, path: at, headers: [...headers, ...own], body: new Uint8Array(0) };
  }
  if (method === "PATCH") {
    const type: Header = ["content-type", offsetContentType];
    const own: Header[] = [
      tus,
      type,
      ["upload-offset", String(known.length)],
      ["content-length", String(body.length)],
      ...permit,
    ];
    return { method, path: at, headers: [...headers, ...own], body };
  }
  const range: Header[] = dice.oneIn(2) ? [["range", `bytes=${dice.below(10)}-${dice.below(80)}`]] : [];
  return { method, path: at, headers: [...headers, tus, ...range], body: new Uint8Array(0) };
}

const methods = [
  "GET",
  "HEAD",
  "POST",
  "PATCH",
  "PUT",
  "DELETE",
  "OPTIONS",
  "TRACE",
  "CONNECT",
  "PROPFIND",
  "get",
  "X",
];

const paths = [
  "/../secret.txt",
  "/..%2fsecret.txt",
  "/%2e%2e/secret.txt",
  "/%2e%2e%2fsecret.txt",
  "/..%5csecret.txt",
  "/..%c0%afsecret.txt",
  "/....//secret.txt",
  "//secret.txt",
  "/./.././secret.txt",
  "/index.html/../../secret.txt",
  "/%00",
  "/index.html%00.txt",
  "/%",
  "/%zz",
  "/%ff%fe",
  "/\\..\\secret.txt",
  "/data/relay.db",
  "/../data/relay.db",
  "/.hidden",
  "http://other/healthz",
  "//other/healthz",
  "*",
  "?",
  "/v1/anonymous",
  "/v1/named",
  "/v1/blobs/",
  "/v1/blobs/../../secret.txt",
  "/v1/blobs/%2e%2e",
  `/v1/blobs/${"A".repeat(43)}`,
  `/v1/blobs/${"A".repeat(10_000)}`,
  `/${"a/".repeat(500)}`,
  "/healthz?a=1&a=2",
  "/__proto__",
];

const hostileHeaders: readonly Header[] = [
  ["content-length", "0"],
  ["content-length", "5"],
  ["content-length", "-1"],
  ["content-length", "1e3"],
  ["content-length", "99999999999999999999"],
  ["transfer-encoding", "chunked"],
  ["transfer-encoding", "gzip, chunked"],
  ["transfer-encoding", "identity"],
  ["expect", "100-continue"],
  ["expect", "the-unexpected"],
  ["connection", "upgrade"],
  ["connection", "keep-alive, close"],
  ["upgrade", "websocket"],
  ["upgrade", "h2c"],
  ["sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA=="],
  ["sec-websocket-key", "short"],
  ["sec-websocket-version", "13"],
  ["sec-websocket-version", "99"],
  ["sec-websocket-extensions", "permessage-deflate; client_max_window_bits"],
  ["sec-websocket-protocol", "a, a, \u0001"],
  ["range", "bytes=0-0"],
  ["range", "bytes=-1"],
  ["range", "bytes=-0"],
  ["range", "bytes=5-2"],
  ["range", "bytes=0-0,2-3"],
  ["range", "bytes=99999999999999999999-"],
  ["range", "lines=1-2"],
  ["if-range", '"x"'],
  ["if-none-match", "*"],
  ["if-modified-since", "no date"],
  ["accept-encoding", "br;q=2, *"],
  ["content-type", "application/json"],
  ["content-type", "application/offset+octet-stream; charset=x"],
  ["content-type", ";;;"],
  ["upload-metadata", "filename c2VjcmV0"],
  ["upload-defer-length", "1"],
  ["upload-concat", "partial"],
  ["upload-length", "-1"],
  ["upload-length", "0"],
  ["upload-length", "2148007936"],
  ["upload-length", "9007199254740993"],
  ["upload-offset", "1"],
  ["upload-offset", "00"],
  ["tus-resumable", "0.2.2"],
  ["x-http-method-override", "DELETE"],
  ["x-forwarded-for", "1.2.3.4, "],
  ["forwarded", "for=_x"],
  ["host", ""],
  ["host", "other:port:port"],
  ["origin", "https://evil.example"],
  ["cookie", "a=b; __proto__=c"],
  ["authorization", "Basic !!!"],
  ["x-long", "x".repeat(20_000)],
  [blobHeaders.blob, "AAAA"],
  [blobHeaders.blob, "+".repeat(43)],
  [blobHeaders.log, "A".repeat(43)],
  [blobHeaders.signature, "A".repeat(86)],
];

/** Changes a request in one to three ways. */
export function mutateRequest(dice: Dice, parts: RequestParts): RequestParts {
  let changed = parts;
  for (let i = 0; i <= dice.below(3); i++) changed = mutateOnce(dice, changed);
  return changed;
}

function mutateOnce(dice: Dice, parts: RequestParts): RequestParts {
  const { headers, body } = parts;
  const at = dice.below(Math.max(1, headers.length));
  switch (dice.below(9)) {
    case 0:
      return { ...parts, method: dice.pick(methods) };
    case 1:
      return { ...parts, path: dice.pick(paths) };
    case 2:
      return { ...parts, headers: headers.toSpliced(at, 1) };
    case 3:
      return { ...parts, headers: headers.toSpliced(at, 0, ...headers.slice(at, at + 1)) };
    case 4:
      return {
        ...parts,
        headers: headers.map(([name, value], i) => [name, i === at ? mutateText(dice, value) : value]),
      };
    case 5:
      return { ...parts, body: dice.bytes(dice.pick([1, 10, 1_000, body.length + 1])) };
    case 6:
      return { ...parts, body: chunked(dice, body), headers: [...headers, ["transfer-encoding", "chunked"]] };
    default:
      return { ...parts, headers: [...headers, dice.pick(hostileHeaders)] };
  }
}

function mutateText(dice: Dice, text: string): string {
  const at = dice.below(text.length + 1);
  const piece = dice.pick(["", "0", " ", "\t", "-", "é", "\u0000", "%00", ",", "x".repeat(100)]);
  return text.slice(0, at) + piece + text.slice(at + dice.below(2));
}

/** A chunked body (RFC 9112 §7.1) that often is none. */
function chunked(dice: Dice, body: Uint8Array): Uint8Array {
  const size = dice.pick([
    body.length.toString(16),
    "0",
    "5;ext=1",
    "-1",
    "ffffffffffffffff",
    "g",
    "00000000000000000001",
  ]);
  return concatBytes(
    utf8(`${size}\r\n`),
    body,
    utf8(dice.pick(["\r\n0\r\n\r\n", "\r\n", "", "0\r\n\r\n", "\r\n0\r\nx: y\r\n\r\n"])),
  );
}

/** The request as bytes. */
export function bytesOfRequest({ method, path, headers, body }: RequestParts): Uint8Array {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return concatBytes(Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines}\r\n`, "latin1"), body);
}
