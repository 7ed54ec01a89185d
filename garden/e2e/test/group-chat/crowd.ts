import { type Person, type Rpc, RpcError, World } from "@redoubt/testkit";
import { expect } from "vitest";

type Fields = Readonly<Record<string, unknown>>;

/** Events that say how a conversation stands. */
const standings: ReadonlySet<unknown> = new Set(["request", "conversation"]);

/** Somebody with a process of their own, which may be killed and started again on the same home. */
export class Somebody {
  readonly person: Person;
  /** All that any process of theirs was warned of. */
  readonly alarms: unknown[] = [];
  #rpc: Rpc;

  constructor(person: Person) {
    this.person = person;
    this.#rpc = person.rpc();
  }

  get name(): string {
    return this.person.name;
  }

  get rpc(): Rpc {
    return this.#rpc;
  }

  ask(...words: readonly string[]) {
    return this.#rpc.ask(...words);
  }

  askOne(...words: readonly string[]) {
    return this.#rpc.askOne(...words);
  }

  /** The code that a command is refused with. */
  async refusal(...words: readonly string[]): Promise<string> {
    const failure = await this.ask(...words).catch((error: unknown) => error);
    if (failure instanceof RpcError) return failure.code;
    throw new Error(`${words.join(" ")} was not refused: ${JSON.stringify(failure)}`);
  }

  /** Asks the group command until it was answered: what was `queued` is done by the sync that follows. */
  async change(...words: readonly string[]): Promise<void> {
    const { state } = await this.askOne("group", ...words);
    if (state === "queued") await this.catchUp();
  }

  /** Takes in and sends all there is. */
  async catchUp(): Promise<void> {
    expect(await this.askOne("sync", "--wait", "60"), this.name).toMatchObject({ pending: 0 });
  }

  /** Who wrote what, in the order of the log. */
  async texts(conversation: string): Promise<readonly string[]> {
    const messages = await this.ask("read", conversation, "--limit", "1000");
    return messages.map(({ from, text }) => `${String(from)}: ${String(text)}`);
  }

  /** Ends the process as if the power had gone. */
  async die(): Promise<void> {
    await this.#rpc.kill();
    this.#keepAlarms();
  }

  /** Starts a new process on the same home. */
  rise(): void {
    this.#rpc = this.person.rpc();
  }

  /** What they were warned of until now, by all processes. */
  warnings(): readonly unknown[] {
    return [...this.alarms, ...this.#rpc.events.filter(({ event }) => event === "alarm")];
  }

  #keepAlarms(): void {
    this.alarms.push(...this.#rpc.events.filter(({ event }) => event === "alarm"));
  }
}

/** A relay, and people who are all online. */
export class Crowd implements AsyncDisposable {
  readonly world: World;
  readonly all: readonly Somebody[];

  private constructor(world: World, all: readonly Somebody[]) {
    this.world = world;
    this.all = all;
  }

  /** @param names each registers an account */
  static async start(...names: readonly string[]): Promise<Crowd> {
    const world = await World.start();
    const crowd = new Crowd(
      world,
      names.map((name) => new Somebody(world.person(name))),
    );
    await Promise.all(crowd.all.map((somebody) => somebody.ask("register", somebody.name)));
    return crowd;
  }

  /** Those with these names. */
  get(...names: readonly string[]): readonly Somebody[] {
    return names.map((name) => this.all.find((somebody) => somebody.name === name) as Somebody);
  }

  /** A group of the first, in which the others have accepted. @returns its id */
  async group(title: string, [owner, ...others]: readonly Somebody[]): Promise<string> {
    if (owner === undefined) throw new Error("a group of nobody");
    const made = await owner.askOne("group", "create", title, ...others.map(({ name }) => `@${name}`));
    const conversation = String(made["conversation"]);
    await Promise.all(others.map((somebody) => accept(somebody, conversation)));
    return conversation;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.all.map(({ rpc }) => rpc.kill()));
    await this.world[Symbol.asyncDispose]();
  }
}

/** Waits for an invitation and accepts it; one by a person whom they have accepted needs no more. */
export async function accept({ rpc, name }: Somebody, conversation: string): Promise<void> {
  const isThis = ({ event, conversation: id }: Fields) => id === conversation && standings.has(event);
  const isIn = ({ event, state }: Fields) => event === "request" || state === "request" || state === "active";
  const last = rpc.events.findLast(isThis);
  if (last === undefined || !isIn(last)) {
    const seen = new Set(rpc.events);
    await rpc.heard((fields) => isThis(fields) && isIn(fields) && !seen.has(fields), `the invitation of ${name}`);
  }
  await rpc.ask("accept", conversation);
}

/** What all who are in a group say of it, which must be the same. */
export async function agreed(members: readonly Somebody[], conversation: string) {
  // Who caught up first may have had something to do for another: the second round sees it.
  for (const member of [...members, ...members]) await member.catchUp();
  const [first, ...others] = await Promise.all(members.map((member) => member.askOne("group", "info", conversation)));
  for (const [i, other] of others.entries()) expect(other, members[i + 1]?.name).toEqual(first);
  for (const member of members) expect(member.warnings(), member.name).toEqual([]);
  return first as Readonly<Record<string, unknown>> & {
    readonly epoch: number;
    readonly members: readonly { readonly username: string; readonly role: string }[];
  };
}

/** The names of a group's members, in order. */
export function namesOf({ members }: { readonly members: readonly { readonly username: string }[] }): string[] {
  return members.map(({ username }) => username).sort();
}
