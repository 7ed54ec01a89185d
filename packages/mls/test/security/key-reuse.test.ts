import { toHex, utf8 } from "@redoubt/base";
import type { CipherSuite } from "@redoubt/crypto";
import { describe, expect, it } from "vitest";
import { type Group, type MlsContext, parseMessage, seal } from "../../src/index.js";
import { openSenderData } from "../../src/protect/private-message.js";
import { suiteOf, testContext } from "../support/context.js";
import { groupOf, type Member } from "../support/member.js";
import { type CrashPoint, crashPoints, Device, Log } from "./device.js";
import { isLong, longTimeout } from "./long.js";
import { seededPicker } from "./picker.js";
import { expectRefused } from "./refused.js";
import { upTo } from "./shapes.js";

/** A context whose suite remembers, for every ciphertext, the key and nonce that made it. */
function watchedContext(): { context: MlsContext; seals: Map<string, { key: string; nonce: string }> } {
  const suite = suiteOf(3);
  const seals = new Map<string, { key: string; nonce: string }>();
  const watched: CipherSuite = {
    ...suite,
    aeadSeal: (key, nonce, aad, plaintext) => {
      const ciphertext = suite.aeadSeal(key, nonce, aad, plaintext);
      seals.set(toHex(ciphertext), { key: toHex(key), nonce: toHex(nonce) });
      return ciphertext;
    },
  };
  return { context: { ...testContext(3), suite: watched }, seals };
}

/** Three devices, what they say, and what becomes of it. */
class World {
  readonly log = new Log();
  readonly devices: readonly Device[];
  readonly #watch = watchedContext();
  readonly #senderData = new Map<bigint, Group["epoch"]["secrets"]["senderData"]>();
  readonly #said: string[] = [];

  constructor() {
    const members = groupOf(this.#watch.context, 3);
    this.devices = members.map((member) => new Device(this.#watch.context, this.log, member.group));
    this.#note();
  }

  /** Keeps what it takes to read who sent what in which generation. */
  #note(): void {
    for (const { group } of this.devices) {
      this.#senderData.set(group.epoch.context.epoch, group.epoch.secrets.senderData.slice() as never);
    }
  }

  act(who: number, what: "send" | "propose" | "commit" | "sync", crash: CrashPoint | undefined): void {
    const device = this.devices[who] as Device;
    device.crashAt(crash);
    const mustCommit = what === "send" && device.group.proposals.size > 0;
    const text = `text ${this.#said.length}`;
    const before = this.log.entries.length;
    device.do(mustCommit ? "commit" : what, text);
    if (what === "send" && !mustCommit && this.log.entries.length > before) this.#said.push(`${who}: ${text}`);
    device.crashAt(undefined);
    this.#note();
  }

  /** All read all; then: every text once, no key twice, all in one epoch. */
  finish(): { readonly messages: number; readonly crashes: number } {
    for (const device of this.devices) device.do("sync");
    this.#note();
    for (const [i, device] of this.devices.entries()) {
      const others = this.#said.filter((said) => !said.startsWith(`${i}:`)).map((said) => said.slice(3));
      expect(device.inbox.toSorted()).toEqual(others.toSorted());
    }
    expect(new Set(this.devices.map(({ group }) => toHex(group.epoch.secrets.authenticator))).size).toBe(1);

    const places = new Set<string>();
    const keys = new Set<string>();
    for (const bytes of this.log.entries) {
      const { message, epoch, contentKind } = parseMessage(bytes);
      if (message.kind !== "private") throw new TypeError("not a PrivateMessage");
      const made = this.#watch.seals.get(toHex(message.message.ciphertext));
      const secret = this.#senderData.get(epoch);
      if (made === undefined || secret === undefined) throw new TypeError("a message from nowhere");
      const { leafIndex, generation } = openSenderData(suiteOf(3), secret, message.message);
      const kind = contentKind === "application" ? "application" : "handshake";
      places.add(`epoch ${epoch}, leaf ${leafIndex}, ${kind} ${generation}`);
      keys.add(made.key);
    }
    expect(places.size).toBe(this.log.entries.length);
    expect(keys.size).toBe(this.log.entries.length);
    const crashes = this.devices.reduce((count, device) => count + device.crashes, 0);
    return { messages: this.log.entries.length, crashes };
  }
}

const script: [number, "send" | "propose" | "commit" | "sync"][] = [
  [0, "send"],
  [0, "send"],
  [1, "send"],
  [1, "sync"],
  [2, "propose"],
  [0, "sync"],
  [0, "commit"],
  [1, "commit"],
  [1, "sync"],
  [0, "sync"],
  [2, "sync"],
  [2, "send"],
  [0, "send"],
  [1, "send"],
  [1, "sync"],
  [1, "commit"],
  [0, "send"],
  [1, "sync"],
  [1, "send"],
];

describe("no key seals two messages", () => {
  it("where nothing crashes", () => {
    const world = new World();
    for (const [who, what] of script) world.act(who, what, undefined);
    expect(world.finish()).toEqual({ messages: 12, crashes: 0 });
  });

  describe.each(crashPoints)("when a device crashes %s", (point) => {
    it.each(script.map((step, i) => [i, ...step] as const))("in step %i: %i does %s", (i) => {
      const world = new World();
      for (const [at, [who, what]] of script.entries()) world.act(who, what, at === i ? point : undefined);
      const { messages, crashes } = world.finish();
      const isSync = (script[i] as [number, string])[1] === "sync";
      expect(crashes).toBe(isSync && point === "after the send" ? 0 : 1);
      expect(messages).toBeGreaterThanOrEqual(9);
    });
  });

  it.each(upTo(isLong ? 300 : 8))("in any order, with crashes anywhere, run %i", { timeout: longTimeout }, (seed) => {
    const pick = seededPicker(1000 + seed);
    const world = new World();
    for (let i = 0; i < 60; i++) {
      const what = (["send", "send", "sync", "sync", "commit", "propose"] as const)[pick(6)] ?? "send";
      world.act(pick(3), what, pick(3) === 0 ? crashPoints[pick(3)] : undefined);
    }
    const { messages, crashes } = world.finish();
    expect(messages).toBeGreaterThan(10);
    expect(crashes).toBeGreaterThan(3);
  });
});

describe("a state that is used twice", () => {
  it("would use a key twice: therefore the state is stored before the message leaves", () => {
    const { context, seals } = watchedContext();
    const [alice, bob] = groupOf(context, 2) as [Member, Member];
    const fork = alice.group;
    const one = seal(context, fork, utf8("one"));
    const other = seal(context, fork, utf8("other"));
    expect([one.generation, other.generation]).toEqual([0, 0]);
    const made = [one, other].map(({ message }) => {
      const parsed = parseMessage(message).message;
      return parsed.kind === "private" ? seals.get(toHex(parsed.message.ciphertext)) : undefined;
    });
    expect(made[0]?.key).toBe(made[1]?.key);
    // What is left if an application forks its state all the same: the reuse guard (§6.3.1), and a reader who notices.
    expect(made[0]?.nonce).not.toBe(made[1]?.nonce);
    bob.receive(one.message);
    expectRefused([bob], other.message, "key-consumed");
  });

  it("cannot be once the old one is wiped", () => {
    const { context } = watchedContext();
    const [alice, bob] = groupOf(context, 2) as [Member, Member];
    const first = alice.group;
    const sealed = seal(context, first, utf8("one"));
    sealed.consumed.wipe();
    const again = seal(context, first, utf8("two"));
    expectRefused([bob], again.message, "cannot-decrypt");
    expect(bob.receive(sealed.message)).toMatchObject({ data: utf8("one") });
  });
});
