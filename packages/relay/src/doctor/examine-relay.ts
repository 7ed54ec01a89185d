import { existsSync } from "node:fs";
import type { Clock } from "@redoubt/base";
import type { Registration } from "@redoubt/relay-core";
import { type Finding, fail, ok } from "./finding.js";
import { checkFacts, checkModes, examine } from "./folder-checks.js";
import { checkClock, checkDisk, checkNode, checkOpenFiles } from "./machine-checks.js";
import { checkShownCertificate, checkTlsFiles } from "./tls-checks.js";
import { checkProxy, checkUrl } from "./url-checks.js";

/** What the relay is, or is to be, started with. */
export interface Examined {
  readonly data: string;
  /** How people reach it; nothing is asked over the network without one. */
  readonly publicUrl: string | undefined;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly maxStorage: number | undefined;
  readonly trustProxy: boolean;
  readonly registration: Registration;
  readonly clock?: Clock;
}

const whoRegisters = {
  open: "anyone may register",
  invite: "who has an invite may register",
  closed: "nobody may register",
} as const satisfies Record<Registration, string>;

/**
 * Looks at a relay, running or stopped: its machine, its folder, and how people reach it. Changes nothing.
 *
 * @returns findings as they come
 */
export async function* examineRelay(examined: Examined): AsyncGenerator<Finding, void, void> {
  const { data, publicUrl, tls, maxStorage, trustProxy, clock = Date.now } = examined;
  yield checkNode();
  const files = await checkOpenFiles();
  if (files !== undefined) yield files;
  if (existsSync(data)) {
    yield* checkModes(data);
    const facts = examine(data);
    if ("check" in facts) yield facts;
    else {
      yield* checkFacts(facts);
      yield checkClock(clock(), facts.newestDay);
      yield await checkDisk(data, facts.databaseBytes + facts.blobs.bytes, maxStorage);
    }
  } else yield fail("folder", "There is no such folder", "Check --data");
  const url = publicUrl === undefined ? undefined : new URL(publicUrl);
  if (tls !== undefined) yield* checkTlsFiles(tls, url?.hostname, clock());
  yield ok("registration", whoRegisters[examined.registration]);
  if (url === undefined) return;
  yield checkProxy(url, tls !== undefined, trustProxy);
  if (url.protocol === "https:") yield* checkShownCertificate(url, clock());
  yield* checkUrl(url);
}
