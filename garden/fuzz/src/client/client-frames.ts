import { CodedError, decodeCbor, encodeCbor } from "@redoubt/base";
import type { Client } from "@redoubt/client";
import { TemporaryFolder } from "@redoubt/testkit";
import type { Platform } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";
import type { Dice } from "../dice.js";
import { mutateValue } from "../hostile-cbor.js";
import { mutateBytes } from "../mutate-bytes.js";
import { RelayHere } from "../relay/relay-here.js";
import { holds, type OpenTarget, type Target } from "../target.js";
import { acquainted, clientOn, homeFile } from "./full-clients.js";

const patienceMs = 60_000;
/** Clients wait so much shorter before they try again. */
const haste = 20;

/** A whole client whose relay alters what it says: results, events, refusals, their bytes. */
export const clientFrames: Target = {
  name: "client-frames",
  share: 3,
  lanes: 1,
  checkEvery: 50,
  async open() {
    const folder = new TemporaryFolder();
    const open = await RelayHere.start();
    const relay: HostileRelay = { dice: undefined };
    const alice = clientOn(homeFile(folder.path, "alice"), open.url, hostilePlatform(relay));
    const bob = clientOn(homeFile(folder.path, "bob"), open.url, hasty);
    const conversations = await acquainted(alice, bob);
    return new ClientFrames({ folder, open, relay, alice, bob, ...conversations });
  },
};

interface World {
  readonly folder: TemporaryFolder;
  readonly open: RelayHere;
  readonly relay: HostileRelay;
  readonly alice: Client;
  readonly bob: Client;
  readonly direct: string;
  readonly group: string;
}

class ClientFrames implements OpenTarget {
  readonly #world: World;
  #count = 0;

  constructor(world: World) {
    this.#world = world;
  }

  async run(dice: Dice): Promise<string> {
    const { relay, alice, bob, direct, group } = this.#world;
    relay.dice = dice;
    try {
      this.#count += 1;
      const conversation = dice.pick([direct, group]);
      await bob.send(conversation, `to be altered ${this.#count}`, { wait: 50 });
      return await codeOf(
        dice.pick([
          () => alice.send(conversation, `said ${this.#count}`, { wait: 20 }),
          () => alice.sync({ wait: 20 }),
          () => alice.verify("bob"),
          () => alice.directWith("nobody"),
        ]),
      );
    } finally {
      relay.dice = undefined;
    }
  }

  /** What an honest relay passes on still comes. */
  async check(): Promise<void> {
    const { alice, bob, direct } = this.#world;
    this.#count += 1;
    const text = `the truth ${this.#count}`;
    await bob.send(direct, text, { wait: patienceMs });
    const until = performance.now() + patienceMs;
    while (!alice.read(direct, { limit: 50 }).some((message) => message.text === text)) {
      holds(performance.now() < until, () => "what an honest relay passes on does not come any more");
      await alice.sync({ wait: 200 });
    }
  }

  missing(): readonly string[] {
    return [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { alice, bob, open, folder } = this.#world;
    await alice.close();
    await bob.close();
    await open[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  }
}

interface HostileRelay {
  /** By what the relay lies; honest without it. */
  dice: Dice | undefined;
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
        message: (bytes) => message(relay.dice?.oneIn(3) === true ? altered(relay.dice, new Uint8Array(bytes)) : bytes),
        closed,
      }),
  };
}

function altered(dice: Dice, bytes: Uint8Array): Uint8Array {
  if (dice.oneIn(4)) return mutateBytes(dice, bytes);
  return encodeCbor(mutateValue(dice, decodeCbor(bytes)));
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
