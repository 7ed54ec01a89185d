import { TransportError } from "./error.js";

const form = /^http(s?):\/\/([^/?#@\s\\]+)\/?$/i;

/**
 * A relay's origin in the one form in which it is stored and compared: lower case, without a slash at its end.
 *
 * @throws TransportError `bad-url`
 */
export function relayOrigin(relay: string): string {
  const [, secure, host] = form.exec(relay) ?? [];
  if (host === undefined) throw new TransportError("bad-url");
  return `http${secure}://${host}`.toLowerCase();
}

/** The path of a relay's socket for operations that no account is tied to, and of the one for a device's own. */
export type Endpoint = "/v1/anonymous" | "/v1/named";

/**
 * The address of a relay's WebSocket.
 *
 * @param relay the relay's origin, http: or https:
 * @throws TransportError `bad-url`
 */
export function socketUrl(relay: string, endpoint: Endpoint): string {
  return `ws${httpOrigin(relay).slice("http".length)}${endpoint}`;
}

/**
 * A relay's origin as its one spelling, without a slash at its end.
 *
 * @throws TransportError `bad-url`
 */
export function httpOrigin(relay: string): string {
  const [, secure, host] = form.exec(relay) ?? [];
  if (host === undefined) throw new TransportError("bad-url");
  return `http${secure?.toLowerCase()}://${host}`;
}
