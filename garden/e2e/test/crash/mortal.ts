import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { toHex } from "@redoubt/base";
import { type Client, type ClientEvent, openClient } from "@redoubt/client";
import { createNodeProvider } from "@redoubt/crypto/node";
import { openStore, type Store } from "@redoubt/store";
import { openLibsqlDriver } from "@redoubt/store/node";
import { Life } from "./life.js";
import { MortalDriver } from "./mortal-driver.js";
import { mortalPlatform, type SentEntries } from "./mortal-platform.js";

const provider = await createNodeProvider();
const key = new Uint8Array(32).fill(7);
let homes = 0;

interface Incarnation {
  readonly life: Life;
  readonly store: Store;
  readonly client: Client;
  /** Where its database is, should it die. */
  readonly wreck: string;
}

/** Somebody with a client that can be killed, and goes on from the files that its death left. */
export class Mortal {
  readonly alarms: ClientEvent[] = [];
  readonly #options: { readonly folder: string; readonly relay: string; readonly sent: SentEntries };
  #now: Incarnation;

  constructor(
    readonly name: string,
    options: { readonly folder: string; readonly relay: string; readonly sent: SentEntries },
  ) {
    this.#options = options;
    this.#now = this.#begin(this.#newHome());
  }

  get client(): Client {
    return this.#now.client;
  }

  get store(): Store {
    return this.#now.store;
  }

  get life(): Life {
    return this.#now.life;
  }

  /**
   * Kills the client at the n-th boundary of statements within `work`.
   *
   * @returns whether it died; if not, `work` has come to its end before
   */
  async dieDuring(n: number, work: (client: Client) => Promise<unknown>): Promise<boolean> {
    const { life, client } = this.#now;
    life.dieAt(n);
    const ended = work(client).catch((error: unknown) => {
      if (!life.isOver) throw error;
    });
    await Promise.race([ended, life.end]);
    life.dieAt(Number.POSITIVE_INFINITY);
    return life.isOver;
  }

  /** Starts again after a death. */
  startAgain(): void {
    this.#now.store.close();
    this.#now = this.#begin(this.#now.wreck);
  }

  async end(): Promise<void> {
    await this.#now.client.close();
  }

  #newHome(): string {
    homes++;
    const home = path.join(this.#options.folder, `home-${homes}`);
    mkdirSync(home, { recursive: true });
    return home;
  }

  #begin(home: string): Incarnation {
    const life = new Life();
    const wreck = this.#newHome();
    life.atDeath(() => {
      for (const file of ["store.db", "store.db-wal"]) {
        if (existsSync(path.join(home, file))) copyFileSync(path.join(home, file), path.join(wreck, file));
      }
    });
    const { relay, sent } = this.#options;
    const store = openStore(new MortalDriver(openLibsqlDriver(path.join(home, "store.db"), key), life));
    const client = openClient({ provider, store, platform: mortalPlatform(life, sent), relay });
    client.subscribe((event) => {
      if (event.kind === "alarm") this.alarms.push(event);
    });
    return { life, store, client, wreck };
  }

  /** Texts of a conversation with who wrote them, as this side reads it. */
  texts(conversation: string): readonly string[] {
    return this.client.read(conversation).map(({ from, text }) => `${from}: ${text}`);
  }

  /** The capability to read the log of a conversation. */
  logId(conversation: string): Uint8Array {
    const stored = this.store.conversations.list().find(({ id }) => toHex(id) === conversation);
    if (stored === undefined) throw new Error(`${this.name} has no conversation ${conversation}`);
    return stored.logId;
  }
}
