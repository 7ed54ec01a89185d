import type { ClientEvent } from "@redoubt/client";
import { connectClient } from "../../../src/engine/connect-client.js";
import workerUrl from "../../../src/engine/engine-worker.ts?worker&url";
import type { RemoteClient } from "../../../src/engine/remote-client.js";
import { trustedScripts } from "../../../src/engine/trusted-scripts.js";

declare global {
  /** What tests call from outside. */
  var redoubt: { readonly client: RemoteClient; readonly told: readonly ClientEvent[] };
}

const client = connectClient(trustedScripts([workerUrl]));
const told: ClientEvent[] = [];
client.subscribe((event) => told.push(event));
globalThis.redoubt = { client, told };
