import { buildPrograms, type Person, type Rpc, RpcError, World } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";

beforeAll(buildPrograms, 120_000);

/** How often a client is killed, and how often the relay. */
const kills = process.env["REDOUBT_LONG"] === "1" ? 60 : 12;
/** Commands that are written at once. */
const burst = 6;

/** Numbers below a bound, the same in every run. */
function diceOf(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** Somebody whose process is killed and started again on the same home. */
class Mortal implements AsyncDisposable {
  /** All that was ever to be sent, in order. */
  readonly said: string[] = [];
  /** What was reported sent or queued. */
  readonly reported = new Set<string>();
  /** What any process of theirs was warned of. */
  readonly alarms: unknown[] = [];
  readonly #person: Person;
  readonly #to: string;
  rpc: Rpc;

  constructor(person: Person, to: string) {
    this.#person = person;
    this.#to = to;
    this.rpc = person.rpc();
  }

  /** Writes a burst of commands. @returns for each, whether it was answered before the process ended */
  say(): Promise<boolean>[] {
    return Array.from({ length: burst }, () => {
      const text = `${this.#person.name}${this.said.length}`;
      this.said.push(text);
      return this.#send(text);
    });
  }

  async dieAndRise(): Promise<void> {
    await this.rpc.kill();
    this.#keepAlarms();
    this.rpc = this.#person.rpc();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rpc.kill();
  }

  /** Syncs, and reads the whole conversation. */
  async readAll(conversation: string) {
    expect(await this.rpc.askOne("sync", "--wait", "60")).toMatchObject({ pending: 0 });
    this.#keepAlarms();
    const messages = await this.rpc.ask("read", conversation, "--limit", "1000");
    return messages.map(({ message, from, text }) => ({ message, from, text: String(text) }));
  }

  async #send(text: string): Promise<boolean> {
    try {
      const { state } = await this.rpc.askOne("send", this.#to, text);
      expect(["sent", "queued"]).toContain(state);
      this.reported.add(text);
      return true;
    } catch (error) {
      // Only the end of the process may leave a command without an answer.
      if (error instanceof RpcError || !(error instanceof Error) || !error.message.startsWith("rpc ended")) throw error;
      return false;
    }
  }

  #keepAlarms(): void {
    this.alarms.push(...this.rpc.events.filter(({ event }) => event === "alarm"));
  }
}

it("SIGKILLs of clients and of the relay lose, double and reorder nothing", { timeout: 300_000 }, async () => {
  await using world = await World.start();
  await using alice = new Mortal(world.person("alice"), "@bob");
  await using bob = new Mortal(world.person("bob"), "@alice");
  await Promise.all([alice.rpc.ask("register", "alice"), bob.rpc.ask("register", "bob")]);
  await alice.rpc.ask("send", "@bob", "begin");
  const request = await bob.rpc.heard(({ event }) => event === "request", "a request");
  const conversation = String(request["conversation"]);
  await bob.rpc.ask("accept", conversation);

  const dice = diceOf(7);
  for (let round = 0; round < kills; round += 1) {
    const [victim, other] = round % 2 === 0 ? [alice, bob] : [bob, alice];
    const beforeDeath = [...victim.say(), ...other.say()];
    // The moment: so many of the victim's commands are answered, the others are under way.
    await Promise.all(beforeDeath.slice(0, dice(burst)));
    await victim.dieAndRise();

    const beforeRestart = [...victim.say(), ...other.say()];
    await Promise.all(beforeRestart.slice(0, dice(burst)));
    await world.relay.stop("SIGKILL");
    await world.relay.startAgain();
    await Promise.all([...beforeDeath, ...beforeRestart]);
  }
  await Promise.all([...alice.say(), ...bob.say()]);
  await Promise.all([alice.rpc.message(String(bob.said.at(-1))), bob.rpc.message(String(alice.said.at(-1)))]);

  const seen = await alice.readAll(conversation);
  expect(await bob.readAll(conversation)).toEqual(seen);
  for (const [name, { said, reported, alarms }] of Object.entries({ alice, bob })) {
    const texts = seen.filter(({ from, text }) => from === name && text !== "begin").map(({ text }) => text);
    // In the order of the commands, each at most once; what was reported is there.
    expect(texts).toEqual(said.filter((text) => texts.includes(text)));
    expect([...reported].filter((text) => !texts.includes(text))).toEqual([]);
    expect(reported.size).toBeGreaterThan(said.length / 2);
    expect(alarms).toEqual([]);
  }
  expect(new Set(seen.map(({ message }) => message)).size).toBe(seen.length);
});
