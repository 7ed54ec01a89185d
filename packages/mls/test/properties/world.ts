import { bytesKey, utf8 } from "@redoubt/base";
import { expect } from "vitest";
import {
  type CommitOptions,
  encodeRatchetTree,
  exportGroupInfo,
  joinExternally,
  type MlsContext,
  MlsError,
  type PreSharedKeyId,
  type Proposal,
  propose,
  proposeOwnAdd,
  proposeUpdate,
  requiredCapabilitiesExtension,
} from "../../src/index.js";
import { testContext } from "../support/context.js";
import { seededSuite } from "../support/seeded.js";
import { Agreement } from "./agreement.js";
import { byName, Client } from "./client.js";
import type { CommitStyle, Life, Operation, Proposable } from "./operation.js";

const groupId = utf8("the group");
const ownExtension = 0xff01;
const maxMembers = 32;
const keptEpochs = 6n;

/** Plays operations on a group and checks after each that its members agree and that refusals changed nothing. */
export class World {
  readonly context: MlsContext;
  readonly #agreement: Agreement;
  members: Client[] = [];
  readonly #outside: Client[] = [];
  #made = 0;
  #sent = 0;
  #lastCommit: Uint8Array | undefined;

  constructor(suiteId: number, seed: number) {
    this.context = testContext(suiteId, {
      suite: seededSuite(suiteId, seed),
      authentication: byName,
      supported: { extensions: [ownExtension], proposals: [10], credentials: [1, 2] },
      psk: (id) => (id.kind === "external" ? new Uint8Array(32).fill(id.id[0]!) : undefined),
    });
    this.#agreement = new Agreement(this.context);
  }

  /** Lives a whole life. */
  static live(suiteId: number, life: Life): World {
    const world = new World(suiteId, life.seed);
    world.members = [new Client(world.context, "founder").found(groupId)];
    if (life.members > 1) world.play({ kind: "add", by: 0, count: life.members - 1, style: plainStyle });
    for (const operation of life.operations) world.play(operation);
    return world;
  }

  play(operation: Operation): void {
    switch (operation.kind) {
      case "commit":
        return this.#commit(this.#member(operation.by), [], operation.style);
      case "add":
        return this.#commit(this.#member(operation.by), this.#adds(operation.count), operation.style);
      case "remove": {
        const by = this.#member(operation.by);
        const victims = new Set(operation.victims.map((victim) => this.#member(victim).leafIndex));
        victims.delete(by.leafIndex);
        const removals = [...victims].map((removed) => ({ kind: "remove", removed }) as const);
        return this.#commit(by, removals, operation.style);
      }
      case "set-extensions":
        return this.#commit(this.#member(operation.by), [extensionsProposal(operation.value)], operation.style);
      case "use-psk": {
        const psks = [0, 1].map((more) => ({ kind: "psk", psk: this.#psk(operation.psk + more) }) as const);
        return this.#commit(this.#member(operation.by), psks, operation.style);
      }
      case "propose":
        return this.#propose(this.#member(operation.by), operation.what, operation.framing);
      case "join-externally":
        return this.#joinExternally(operation.from, operation);
      case "resync":
        return this.#resync(operation.who, operation.from);
      case "rivals":
        return this.#rival(this.#member(operation.first), this.#member(operation.second), operation.style);
      case "send":
        return this.#send(this.#member(operation.by), operation.count, operation.late);
      case "deliver-late":
        return this.#deliverLate(operation.order);
      case "restart":
        return this.#restart(this.#member(operation.who));
      case "tamper":
        return this.#tamper(this.#member(operation.by), operation.at);
    }
  }

  #member(index: number): Client {
    return this.members[index % this.members.length]!;
  }

  /** Clients that are in no group: half of them, if there are so many, were members before. They wait outside. */
  #newcomers(count: number): Client[] {
    const former = this.#outside.splice(0, Math.ceil(count / 2));
    const fresh = Array.from({ length: count - former.length }, () => new Client(this.context, `c${this.#made++}`));
    this.#outside.push(...former, ...fresh);
    return [...former, ...fresh];
  }

  #adds(count: number): Proposal[] {
    const room = Math.max(0, Math.min(count, maxMembers - this.members.length));
    return this.#newcomers(room).map((newcomer) => ({ kind: "add", keyPackage: newcomer.publish().keyPackage }));
  }

  #psk(which: number): PreSharedKeyId {
    const nonce = this.context.suite.random(this.context.suite.hashLength);
    return { kind: "external", id: Uint8Array.of(which), nonce };
  }

  #make(by: Client, proposals: readonly Proposal[], style: CommitStyle) {
    const leaf = style.leaf === "as-it-is" ? {} : { leaf: by.leafChanges(style.leaf) };
    const options: CommitOptions = {
      proposals,
      framing: style.framing,
      path: style.path,
      ...leaf,
      groupInfo: { ratchetTree: style.treeInWelcome },
    };
    if (style.references) {
      const before = by.image();
      try {
        return by.commit(options);
      } catch (error) {
        // What others proposed may contradict what we propose.
        expect(error).toMatchObject({ code: expect.stringMatching(/^invalid-(proposal-list|tree)$/) });
        expect(by.image()).toBe(before);
      }
    }
    return by.commit({ ...options, references: [] });
  }

  #commit(by: Client, proposals: readonly Proposal[], style: CommitStyle): void {
    const { message, welcome } = this.#make(by, proposals, style);
    this.#deliver(message, welcome, style.treeInWelcome);
  }

  /** Gives a commit to all, lets newcomers in, and checks that everybody agrees. */
  #deliver(message: Uint8Array, welcome?: Uint8Array, treeInWelcome = true): void {
    this.#lastCommit = message;
    let added: readonly { readonly leaf: { readonly signatureKey: Uint8Array } }[] = [];
    let isExternal = false;
    for (const member of this.members) {
      const { staged, images } = member.takeCommit(message);
      expect(new Set(images).size, `${member.name}: staging changes nothing`).toBe(1);
      if (staged.isOwn) expect(member.wasRemoved).toBe(false);
      ({ added, isExternal } = staged);
      for (const epoch of member.past.keys()) if (epoch + keptEpochs < staged.epoch) member.past.delete(epoch);
    }
    const staying = this.members.filter((member) => !member.wasRemoved);
    this.#outside.push(...this.members.filter((member) => member.wasRemoved));
    this.members = staying;
    if (!isExternal) {
      const ratchetTree = treeInWelcome ? {} : { ratchetTree: encodeRatchetTree(staying[0]!.group.epoch.tree) };
      for (const { leaf } of added) {
        const newcomer = this.#leaveOutside(leaf.signatureKey);
        newcomer.lose();
        this.members.push(newcomer.join(welcome!, ratchetTree));
      }
      this.#agreement.check(this.members);
    }
  }

  #leaveOutside(signatureKey: Uint8Array): Client {
    const at = this.#outside.findIndex((client) => bytesKey(client.signatureKeys.publicKey) === bytesKey(signatureKey));
    expect(at, "the newcomer is known").toBeGreaterThanOrEqual(0);
    return this.#outside.splice(at, 1)[0]!;
  }

  #propose(by: Client, what: Proposable, framing: "public" | "private"): void {
    const { context } = this;
    if (what.kind === "add") {
      const [add] = this.#adds(1);
      if (add?.kind !== "add") return;
      const newcomer = this.#outside.at(-1)!;
      const target = { groupId, epoch: by.epoch };
      if (what.bySelf) return this.#spread(undefined, proposeOwnAdd(context, target, newcomer.keyPackages.at(-1)!));
      return this.#proposed(by, propose(context, by.group, add, { framing }));
    }
    if (what.kind === "update") {
      return this.#proposed(by, proposeUpdate(context, by.group, by.leafChanges(what.leaf), { framing }));
    }
    const proposal: Proposal =
      what.kind === "remove"
        ? { kind: "remove", removed: this.#member(what.victim).leafIndex }
        : what.kind === "psk"
          ? { kind: "psk", psk: this.#psk(what.psk) }
          : { kind: "self-remove" };
    this.#proposed(by, propose(context, by.group, proposal, { framing }));
  }

  #proposed(by: Client, { group, message, consumed }: ReturnType<typeof propose>): void {
    by.group = group;
    consumed.wipe();
    this.#spread(by, message);
    // The group's order brings everyone's messages to everyone, one's own too.
    const before = by.image();
    try {
      by.receive(message);
    } catch (error) {
      expect(error).toMatchObject({ code: "own-message" });
    }
    expect(by.image(), `${by.name}: its own proposal comes back`).toBe(before);
  }

  #spread(sender: Client | undefined, message: Uint8Array): void {
    for (const member of this.members) {
      if (member !== sender) expect(member.receive(message).kind).toBe("proposal");
    }
  }

  #joinExternally(from: number, how: { readonly psk: boolean; readonly treeInInfo: boolean }): void {
    if (this.members.length >= maxMembers) return;
    const joiner = this.#newcomers(1)[0]!;
    this.#outside.splice(this.#outside.indexOf(joiner), 1);
    joiner.lose();
    this.#enter(joiner, this.#member(from), how.treeInInfo, { psks: how.psk ? [this.#psk(7)] : [] });
  }

  #resync(who: number, from: number): void {
    const lost = this.#member(who);
    const removed = lost.leafIndex;
    const helper = this.#member(from);
    // Whoever is resynced has the group's information from before it lost its state, if from nobody else.
    const info = this.#groupInfo(helper, true);
    lost.lose();
    this.members = this.members.filter((member) => member !== lost);
    this.#enterWith(lost, info, { removed });
  }

  #groupInfo(member: Client, ratchetTree: boolean): Uint8Array {
    return exportGroupInfo(this.context, member.group, { externalPub: true, ratchetTree });
  }

  #enter(joiner: Client, helper: Client, treeInInfo: boolean, options: { readonly psks: PreSharedKeyId[] }): void {
    const tree = treeInInfo ? {} : { ratchetTree: encodeRatchetTree(helper.group.epoch.tree) };
    this.#enterWith(joiner, this.#groupInfo(helper, treeInInfo), { ...options, ...tree });
  }

  #enterWith(joiner: Client, info: Uint8Array, options: Parameters<typeof joinExternally>[3]): void {
    const joined = joinExternally(this.context, info, joiner.identity, options);
    this.#deliver(joined.message);
    joiner.group = joined.group;
    joiner.wasRemoved = false;
    this.members.push(joiner);
    this.#agreement.check(this.members);
  }

  /** Two commits in one epoch: the first in the group's order wins, the other is dropped and made anew. */
  #rival(first: Client, second: Client, style: CommitStyle): void {
    if (first === second) return this.#commit(first, [], style);
    const winning = this.#make(first, [], style);
    const losing = this.#make(second, [], plainStyle);
    this.#deliver(winning.message, winning.welcome, style.treeInWelcome);
    this.#refusedByAll(losing.message, ["wrong-epoch"]);
    if (this.members.includes(second)) {
      expect(second.pending).toBeUndefined();
      this.#commit(second, [], style);
    }
  }

  #refusedByAll(message: Uint8Array, codes?: readonly string[]): void {
    for (const member of this.members) {
      const before = member.image();
      let refusal: unknown;
      try {
        member.stage(message);
      } catch (error) {
        refusal = error;
      }
      expect(refusal, `${member.name}: refusal`).toBeInstanceOf(MlsError);
      if (codes !== undefined) expect(codes).toContain((refusal as MlsError).code);
      expect(member.image(), `${member.name}: a refused message changes nothing`).toBe(before);
    }
  }

  #send(by: Client, count: number, late: boolean): void {
    for (let i = 0; i < count; i++) {
      if (by.group.proposals.size > 0) {
        const before = by.image();
        expect(() => by.seal("too early")).toThrow(expect.objectContaining({ code: "pending-proposals" }));
        expect(by.image()).toBe(before);
        return;
      }
      const text = `message ${this.#sent++}`;
      const bytes = by.seal(text);
      for (const member of this.members) {
        if (member === by) continue;
        if (late || i % 2 === 1) member.late.push({ bytes, epoch: by.epoch, text });
        else expect(member.open(bytes)).toBe(text);
      }
    }
  }

  /** Brings what was held back, in any order; each message opens once. */
  #deliverLate(order: number): void {
    for (const member of this.members) {
      const waiting = member.late.filter(({ epoch }) => epoch === member.epoch || member.past.has(epoch));
      member.late = [];
      while (waiting.length > 0) {
        const [{ bytes, text }] = waiting.splice(order % waiting.length, 1) as [(typeof waiting)[number]];
        expect(member.open(bytes), member.name).toBe(text);
        expect(() => member.open(bytes), `${member.name}: a replay`).toThrow(
          expect.objectContaining({ code: "key-consumed" }),
        );
      }
    }
  }

  #restart(who: Client): void {
    const before = who.image();
    who.restart();
    expect(who.image(), `${who.name}: stored and read back`).toBe(before);
  }

  /** One byte of a commit changed; and the last commit again. */
  #tamper(by: Client, at: number): void {
    const made = this.#make(by, [], plainStyle);
    by.pending = undefined;
    const changed = made.message.slice();
    changed[at % changed.length]! ^= 1 << (at % 8);
    this.#refusedByAll(changed);
    if (this.#lastCommit !== undefined) this.#refusedByAll(this.#lastCommit, ["wrong-epoch"]);
  }
}

const plainStyle: CommitStyle = {
  framing: "private",
  path: "always",
  references: true,
  leaf: "as-it-is",
  treeInWelcome: true,
};

/** New context extensions: none, our own, or what members must support. */
function extensionsProposal(value: number): Proposal {
  const required = requiredCapabilitiesExtension({ extensions: [ownExtension], proposals: [10], credentials: [1] });
  const own = { type: ownExtension, data: Uint8Array.of(value) };
  const extensions = [[], [own], [required], [required, own]][value % 4]!;
  return { kind: "group-context-extensions", extensions };
}
