import { mkdirSync } from "node:fs";
import path from "node:path";
import { type Client, openClient } from "@redoubt/client";
import { createNodeProvider } from "@redoubt/crypto/node";
import { openStore } from "@redoubt/store";
import { openLibsqlDriver } from "@redoubt/store/node";
import type { Platform } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";

export const homeKey = new Uint8Array(32).fill(9);
const provider = await createNodeProvider();

/** The file of somebody's home below a folder. */
export function homeFile(folder: string, name: string): string {
  mkdirSync(path.join(folder, name), { recursive: true });
  return path.join(folder, name, "store.db");
}

/** Opens the client of a home, with an account or without. @throws CodedError */
export function clientOn(file: string, relay: string, platform: Platform = nodePlatform): Client {
  return openClient({ provider, store: openStore(openLibsqlDriver(file, homeKey)), platform, relay });
}

/** A network on which nothing can be reached. */
export const offline: Platform = {
  ...nodePlatform,
  openSocket: (_, { closed }) => {
    setImmediate(() => closed(1006));
    return { send: () => undefined, close: () => undefined };
  },
};

/** Two people who know each other, talk, and are in a group. */
export async function acquainted(
  alice: Client,
  bob: Client,
): Promise<{ readonly direct: string; readonly group: string }> {
  await alice.register("alice");
  await bob.register("bob");
  const direct = await alice.directWith("bob");
  await alice.send(direct, "hello bob");
  await accepted(bob);
  const group = (await alice.createGroup("three of us", ["bob"])).conversation;
  await accepted(bob);
  await bob.send(direct, "hello *alice*");
  await bob.send(group, "and here @alice");
  await alice.sync();
  const [first] = alice.read(direct);
  if (first !== undefined) await alice.react(direct, first.message, "🏰");
  alice.setDraft(direct, "what was begun");
  await Promise.all([alice.sync(), bob.sync()]);
  return { direct, group };
}

async function accepted(bob: Client): Promise<void> {
  await bob.sync();
  for (const { conversation } of bob.requests()) await bob.accept(conversation);
}
