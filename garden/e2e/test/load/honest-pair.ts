import type { Rpc, World } from "@redoubt/testkit";
import { expect } from "vitest";

/** Two people, each a process of `redoubt rpc`, who talk while others attack the relay. */
export class HonestPair implements AsyncDisposable {
  readonly alice: Rpc;
  readonly bob: Rpc;
  #conversation = "";
  readonly #said: string[] = [];

  private constructor(alice: Rpc, bob: Rpc) {
    this.alice = alice;
    this.bob = bob;
  }

  static async meet(world: World): Promise<HonestPair> {
    const pair = new HonestPair(world.person("alice").rpc(), world.person("bob").rpc());
    const { alice, bob } = pair;
    await Promise.all([alice.ask("register", "alice"), bob.ask("register", "bob")]);
    await alice.ask("send", "@bob", "begin");
    pair.#said.push("begin");
    const { conversation } = await bob.heard(({ event }) => event === "request", "a request");
    pair.#conversation = String(conversation);
    await bob.ask("accept", pair.#conversation);
    return pair;
  }

  /** One says something and the other hears it. @returns milliseconds until then */
  async exchange(text: string): Promise<number> {
    const start = performance.now();
    await this.tell(text);
    await this.bob.message(text);
    return performance.now() - start;
  }

  /** Alice says something. @returns "sent" or "queued" */
  async tell(text: string): Promise<unknown> {
    this.#said.push(text);
    return (await this.alice.askOne("send", this.#conversation, text))["state"];
  }

  /** Everything that was said has come, in order, once, and nobody was alarmed. */
  async expectNothingLost(): Promise<void> {
    expect(await this.alice.askOne("sync", "--wait", "30")).toMatchObject({ pending: 0 });
    await this.bob.message(this.#said.at(-1) as string);
    for (const person of [this.alice, this.bob]) {
      const messages = await person.ask("read", this.#conversation, "--limit", "1000");
      expect(messages.map(({ text }) => text)).toEqual(this.#said);
      expect(person.events.filter(({ event }) => event === "alarm")).toEqual([]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.alice[Symbol.asyncDispose]();
    await this.bob[Symbol.asyncDispose]();
  }
}
