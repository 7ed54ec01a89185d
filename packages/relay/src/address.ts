import type { IncomingMessage } from "node:http";

/**
 * Where a request comes from, for rate limits alone: an IPv4 address, or the /64 network of an IPv6 address, of which
 * one household has 2^64.
 *
 * @param trustProxy whether a proxy in front adds the client's address as the last one of `X-Forwarded-For`
 */
export function clientAddress(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy ? request.headers["x-forwarded-for"] : undefined;
  const list = Array.isArray(forwarded) ? forwarded.join(",") : forwarded;
  return subjectOf(list?.split(",").at(-1)?.trim() ?? request.socket.remoteAddress);
}

/** The same of an address as a socket has it. @param address undefined if the socket is gone */
export function subjectOf(address = ""): string {
  if (!address.includes(":")) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? network64(address.toLowerCase());
}

function network64(address: string): string {
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  if (tail !== undefined) while (groups.length + after.length < 8) groups.push("0");
  return [...groups, ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
