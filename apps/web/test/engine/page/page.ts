import type { ClientEvent } from "@redoubt/client";
import { appScripts, keepApp } from "../../../src/engine/app-update.js";
import { connectClient } from "../../../src/engine/connect-client.js";
import workerUrl from "../../../src/engine/engine-worker.ts?worker&url";
import type { RemoteClient } from "../../../src/engine/remote-client.js";
import { trustedScripts } from "../../../src/engine/trusted-scripts.js";

declare global {
  /** What tests call from outside. */
  var redoubt: {
    readonly client: RemoteClient;
    readonly told: readonly ClientEvent[];
    /** Rules of the page's policy that were broken. */
    readonly violations: readonly string[];
  };
}

const violations: string[] = [];
document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
  violations.push(`${effectiveDirective} ${blockedURI}`);
});
const scriptUrl = trustedScripts([workerUrl, ...appScripts]);
const client = connectClient(scriptUrl);
keepApp(scriptUrl);
const told: ClientEvent[] = [];
client.subscribe((event) => told.push(event));
globalThis.redoubt = { client, told, violations };
