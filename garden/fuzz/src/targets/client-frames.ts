import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type CborValue, CodedError, decodeCbor } from "@redoubt/base";
import type { Platform } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";
import type { Target } from "../campaign.js";
import type { Chance } from "../chance.js";
import { encodeLoosely } from "../encode-loosely.js";
import { mutateBytes } from "../mutate-bytes.js";
import { mutateValue } from "../mutate-value.js";
import { acquainted, clientOn, homeFile } from "../people.js";
import { startOpenRelay } from "../test-relay.js";

const patienceMs = 60_000;
/** Clients wait so much shorter before they try again. */
const haste = 50;

/** What a relay says to a client, with something wrong in it: results, events, refusals, their bytes. */
export async function clientFrames(): Promise<Target> {
  const folder = mkdtempSync(path.join(tmpdir(), "redoubt-fuzz-client-"));
  const open = await startOpenRelay();
  const relay: HostileRelay = { chance: undefined };
  const alice = clientOn(homeFile(folder, "alice"), open.relay.url, hostilePlatform(relay));
  const bob = clientOn(homeFile(folder, "bob"), open.relay.url, hasty);
  const { direct, group } = await acquainted(alice, bob);
  let count = 0;
  return {
    name: "client-frames",
    async attempt(chance) {
      relay.chance = chance;
      try {
        count += 1;
        const conversation = chance.pick([direct, group]);
        await bob.send(conversation, `to be altered ${count}`, { wait: 50 });
        return await codeOf(
          chance.pick([
            () => alice.send(conversation, `said ${count}`, { wait: 20 }),
            () => alice.sync({ wait: 20 }),
            () => alice.verify("bob"),
            () => alice.directWith("nobody"),
          ]),
        );
      } finally {
        relay.chance = undefined;
      }
    },
    async honest() {
      count += 1;
      const text = `the truth ${count}`;
      await bob.send(direct, text, { wait: patienceMs });
      const until = performance.now() + patienceMs;
      while (!alice.read(direct, { limit: 50 }).some((message) => message.text === text)) {
        if (performance.now() > until) throw new Error("what an honest relay passes on does not come any more");
        await alice.sync({ wait: 200 });
      }
    },
    async [Symbol.asyncDispose]() {
      await alice.close();
      await bob.close();
      await open[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

interface HostileRelay {
  /** By what the relay lies; honest without it. */
  chance: Chance | undefined;
}

const hasty: Platform = {
  ...nodePlatform,
  schedule: (milliseconds, run) => nodePlatform.schedule(milliseconds / haste, run),
};

function hostilePlatform(relay: HostileRelay): Platform {
  return {
    ...hasty,
    openSocket: (url, { message, closed }) =>
      nodePlatform.openSocket(url, {
        message: (bytes) => message(relay.chance?.once(3) === true ? altered(relay.chance, bytes.slice()) : bytes),
        closed,
      }),
  };
}

function altered(chance: Chance, bytes: Uint8Array): Uint8Array {
  if (chance.once(4)) return mutateBytes(chance, bytes, []);
  return encodeLoosely(mutateValue(chance, decodeCbor(bytes) as CborValue));
}

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return "answered";
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
}
