import type { Client } from "@redoubt/client";

/** How long a command waits for the relay, in milliseconds. */
export const patience = 10_000;

/** Catches up first, so that what follows is done on the newest state. @returns the milliseconds that are left */
export async function catchUp(client: Client): Promise<number> {
  const begin = performance.now();
  await client.sync({ wait: patience, uploads: false });
  return Math.max(0, Math.round(patience - (performance.now() - begin)));
}
