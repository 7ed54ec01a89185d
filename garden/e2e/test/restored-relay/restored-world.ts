import { createReadStream, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import type { ClientEvent } from "@redoubt/client";
import { backupToFile, restoreBackup } from "@redoubt/relay-store";
import { World, within } from "@redoubt/testkit";
import { RelayError } from "@redoubt/transport";
import { Member } from "../groups/group-world.js";

/** A relay that can be put back to what it was, and people with clients in the process of the test. */
export class RestoredWorld implements AsyncDisposable {
  readonly #world: World;
  readonly #present = new Set<Member>();

  private constructor(world: World) {
    this.#world = world;
  }

  static async start(): Promise<RestoredWorld> {
    return new RestoredWorld(await World.start());
  }

  /** Somebody comes, with the home that they had if they were here before. */
  come(name: string): Member {
    const home = this.#world.folder.at("homes", name);
    mkdirSync(home, { recursive: true });
    const member = new Member(name, path.join(home, "store.db"), this.#world.relay.url);
    this.#present.add(member);
    return member;
  }

  async registered(name: string): Promise<Member> {
    const member = this.come(name);
    await member.client.register(name);
    return member;
  }

  async go(member: Member): Promise<void> {
    this.#present.delete(member);
    await member.client.close();
  }

  /** Two people with a chat in which one text was said. */
  async friends(): Promise<{ readonly alice: Member; readonly bob: Member; readonly chat: string }> {
    const [alice, bob] = await Promise.all([this.registered("alice"), this.registered("bob")]);
    return { alice, bob, chat: await this.chat(alice, bob) };
  }

  async chat(one: Member, other: Member): Promise<string> {
    const chat = await one.client.directWith(other.name);
    await one.client.send(chat, "hello");
    await other.client.sync();
    await other.client.accept(chat);
    await one.client.sync();
    return chat;
  }

  get #data(): string {
    return this.#world.folder.at("relay");
  }

  get #file(): string {
    return this.#world.folder.at("backup.tar");
  }

  /** Beside the relay, which runs on. */
  async backUp(): Promise<void> {
    await backupToFile({ folder: this.#data, clock: Date.now }, this.#file);
  }

  /** The relay dies and loses its disk. It starts again with what was backed up. */
  async restore(): Promise<void> {
    await this.#world.relay.stop("SIGKILL");
    rmSync(this.#data, { recursive: true });
    await restoreBackup(createReadStream(this.#file), this.#data);
    await this.#world.relay.startAgain();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const member of this.#present) await member.client.close();
    await this.#world[Symbol.asyncDispose]();
  }
}

/** Waits for an event, unless it was told already. */
function told(member: Member, what: string, matches: (event: ClientEvent) => boolean): Promise<void> {
  if (member.events.some(matches)) return Promise.resolve();
  const telling = new Promise<void>((resolve) => {
    const end = member.client.subscribe((event) => {
      if (!matches(event)) return;
      end();
      resolve();
    });
  });
  return within(
    telling,
    () => `${member.name} to be told of ${what}; told: ${JSON.stringify(member.events.slice(-9))}`,
  );
}

/** Waits for one of these alarms. */
export function alarmed(member: Member, ...alarms: readonly string[]): Promise<void> {
  return told(member, alarms.join(" or "), (event) => event.kind === "alarm" && alarms.includes(event.alarm));
}

export function heard(member: Member, text: string): Promise<void> {
  return told(member, text, (event) => event.kind === "message" && event.message.text === text);
}

/** Says something, which others hear. */
export async function heardBy(others: readonly Member[], speaker: Member, chat: string, text: string): Promise<void> {
  const hearing = others.map((member) => heard(member, text));
  await speaker.client.send(chat, text);
  await Promise.all(hearing);
}

/** Waits until a device can prove itself to the relay again, and its inbox is read. */
export async function connected(member: Member): Promise<void> {
  const trying = async () => {
    for (;;) {
      try {
        return await member.client.sync();
      } catch (error) {
        if (!(error instanceof RelayError) || error.code !== "unknown-device") throw error;
      }
    }
  };
  await within(trying(), () => `${member.name} to be known again`);
}

/** All texts, in no order: what came again after a restore has a later place with whoever said it. */
export function textsOf(member: Member, chat: string): readonly string[] {
  return member.client
    .read(chat)
    .map(({ text }) => text)
    .toSorted();
}
