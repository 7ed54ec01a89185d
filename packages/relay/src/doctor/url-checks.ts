import { once } from "node:events";
import { decodeCbor } from "@redoubt/base";
import { WebSocket } from "ws";
import { type Finding, fail, ok, warn } from "./finding.js";

const patienceMs = 5_000;

/** Whether people reach the relay where they are told to, through whatever is in between. */
export async function* checkUrl(url: URL): AsyncGenerator<Finding> {
  const health = await get(new URL("/healthz", url));
  if (health?.status === 200 && health.text === "ok\n") yield ok("health", `${url.origin}/healthz answers`);
  else {
    const says = health === undefined ? "nothing answers" : `status ${health.status}, and not the relay's words`;
    yield fail("health", `${url.origin}/healthz: ${says}`, "Check proxy, firewall and name; is the relay running?");
    return;
  }
  for (const socket of ["named", "anonymous"] as const) yield await checkSocket(url, socket);
  const metrics = await get(new URL("/metrics", url));
  if (metrics?.status !== 200) yield ok("metrics", "are not shown to everybody");
  else yield warn("metrics", "Everybody can read /metrics at the public address", "Refuse /metrics in the proxy");
}

async function get(url: URL): Promise<{ readonly status: number; readonly text: string } | undefined> {
  try {
    const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(patienceMs) });
    return { status: answer.status, text: (await answer.text()).slice(0, 64) };
  } catch {
    return undefined;
  }
}

async function checkSocket(url: URL, kind: string): Promise<Finding> {
  const address = new URL(`/v1/${kind}`, url);
  address.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const check = `${kind} socket`;
  const socket = new WebSocket(address, { handshakeTimeout: patienceMs, maxPayload: 64 * 1024 });
  socket.on("error", () => {});
  try {
    const [message] = await once(socket, "message", { signal: AbortSignal.timeout(patienceMs) });
    const hello = decodeCbor(new Uint8Array(message as Buffer));
    if (Array.isArray(hello) && hello[1] === "hello") return ok(check, "opens, and the relay greets");
    return fail(check, "Something else than a relay greets", "Check where the proxy sends /v1/");
  } catch {
    const advice = "Let the proxy pass Upgrade and Connection on (deploy/nginx.conf), and keep sockets open for long";
    return fail(check, "It does not open", advice);
  } finally {
    socket.terminate();
  }
}

/** Whose address the relay takes for the client's. */
export function checkProxy(url: URL, hasOwnTls: boolean, trustProxy: boolean): Finding {
  const isProxied = url.protocol === "https:" && !hasOwnTls;
  if (isProxied && !trustProxy) {
    const says = "A proxy speaks TLS for the relay, and the relay takes the proxy's address for everybody's";
    return fail("addresses", says, "Start it with --trust-proxy: else all people share the limits of one address");
  }
  if (!isProxied && trustProxy) {
    const says = "The relay believes X-Forwarded-For, and no proxy seems to be in front of it";
    return fail("addresses", says, "Leave --trust-proxy out: else anyone is under no limit");
  }
  return ok("addresses", trustProxy ? "are the last that the proxy names" : "are those of the connections");
}
