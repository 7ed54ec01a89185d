import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Of RFC 6455 §4.2.2. */
const magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const key = /^[+/0-9A-Za-z]{22}==$/;

/**
 * What a server answers to whoever wants to speak WebSocket (RFC 6455 §4.2), without extensions and subprotocols.
 *
 * @returns undefined if the request is none that the protocol knows
 */
export function answerHandshake({ method, headers }: IncomingMessage): string | undefined {
  const theirs = headers["sec-websocket-key"];
  if (method !== "GET" || headers.upgrade?.toLowerCase() !== "websocket") return undefined;
  if (headers["sec-websocket-version"] !== "13" || theirs === undefined || !key.test(theirs)) return undefined;
  const accept = createHash("sha1")
    .update(theirs + magic)
    .digest("base64");
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}
