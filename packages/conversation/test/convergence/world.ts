import { bytesKey, equalBytes, toHex, utf8 } from "@redoubt/base";
import { expect } from "vitest";
import {
  type ConversationContext,
  createConversationContext,
  isMinority,
  keyPairOfSeed,
  mustGoOn,
  type ReadyWelcome,
  readPolicy,
  roleOf,
  rosterOf,
} from "../../src/index.js";
import { Account } from "../support/account.js";
import type { Device } from "../support/device.js";
import { provider } from "../support/kit.js";
import { Client } from "./client.js";
import { type HostileDeed, hostileEntry } from "./hostile.js";
import { type Side, SplitRelay } from "./split-relay.js";

/** Something that happens; numbers name clients, accounts or amounts, modulo how many there are. */
export type Happening =
  | { readonly kind: "send" | "leave" | "move" | "come-back" | "restart" | "push" | "name"; readonly who: number }
  | { readonly kind: "add" | "pull" | "revoke"; readonly who: number; readonly count: number }
  | { readonly kind: "remove"; readonly who: number; readonly whom: number }
  | { readonly kind: "role"; readonly who: number; readonly whom: number; readonly role: number }
  | { readonly kind: "split"; readonly mask: number }
  | { readonly kind: "heal" }
  | { readonly kind: "seize-key" }
  | { readonly kind: "keep-key"; readonly whom: number }
  | { readonly kind: "hostile"; readonly deed: HostileDeed; readonly pick: number };

export interface Life {
  readonly seed: number;
  readonly members: number;
  /** Whether the second of them is hostile. */
  readonly isHostile: boolean;
  readonly happenings: readonly Happening[];
}

const names = ["alice", "mallory", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "karl"];
const roles = ["member", "admin", "owner"] as const;

function seeded(seed: number): ConversationContext {
  let counter = 0;
  let pool = new Uint8Array(0);
  return createConversationContext(provider, (length) => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      if (pool.length === 0) pool = provider.hash("SHA-512", utf8(`${seed} ${counter++}`)).slice();
      const part = pool.subarray(0, length - at);
      bytes.set(part, at);
      at += part.length;
      pool = pool.subarray(part.length);
    }
    return bytes;
  });
}

/** People, their clients and a relay; everything that they do is one happening after the other. */
export class World {
  readonly #context: ConversationContext;
  readonly #relay = new SplitRelay();
  readonly #accounts: Account[];
  readonly clients: Client[] = [];
  readonly #hostile: Account | undefined;
  #said = 0;

  constructor({ seed, members, isHostile }: Life) {
    this.#context = seeded(seed);
    this.#accounts = names.map((name, i) => new Account(name, i % 4 === 2 ? 2 : 1, this.#context));
    this.#hostile = isHostile ? this.#accounts[1] : undefined;
    for (const { devices } of this.#accounts) for (const device of devices) this.#newClient(device);
    const [alice] = this.clients as [Client];
    const others = this.clients.filter(({ device }) => this.#accounts.indexOf(device.account) < members).slice(1);
    const opened = alice.device.openGroup(
      "a group",
      others.map(({ device }) => device.invite()),
    );
    const { access } = alice.state;
    const owner = keyPairOfSeed(this.#context, access.ownerSeed as never).publicKey;
    this.#relay.create(0, access.logId, alice.writeKey, owner);
    alice.outbox.push({ outgoing: opened, text: undefined });
    alice.push();
    this.#pull(alice, 1);
    for (const client of others) client.pull(0);
  }

  #newClient(device: Device, side: Side = 0): Client {
    const client = new Client(device, this.#relay, side);
    this.clients.push(client);
    return client;
  }

  #isHonest = ({ device }: Client): boolean => device.account !== this.#hostile;

  /** Clients that are in, by number. */
  #client(who: number): Client | undefined {
    const inside = this.clients.filter(({ isIn }) => isIn);
    return inside[who % inside.length];
  }

  get #mallory(): Client | undefined {
    return this.clients.find((client) => !this.#isHonest(client) && client.isIn);
  }

  #pull(client: Client, count: number): void {
    for (const ready of client.pull(count)) this.#welcome(ready, !this.#isHonest(client));
    this.#handOver();
  }

  #welcome(ready: ReadyWelcome, mayMislead: boolean): void {
    this.clients.find(({ device }) => equalBytes(device.inboxId, ready.inboxId))?.inbox.push({ ...ready, mayMislead });
  }

  /** Owners hand the owner's key to one another by letter; those who have it, to who owns the group after them. */
  #handOver(): void {
    const holders = this.clients.filter(({ device }) => device.hasState && device.state.access.ownerSeed !== undefined);
    for (const client of this.clients) {
      if (!client.isIn || client.state.access.ownerSeed !== undefined || !this.#isOwner(client)) continue;
      const { access } = client.state;
      const holder = holders.find(({ state }) => equalBytes(state.access.logId, access.logId));
      if (holder === undefined) continue;
      client.device.state = { ...client.state, access: { ...access, ownerSeed: holder.state.access.ownerSeed } };
    }
  }

  #isOwner({ state, device }: Client): boolean {
    if (state.group === undefined) return false;
    const { tree, context } = state.group.epoch;
    return roleOf(readPolicy(context.extensions), rosterOf(tree), device.account.id) === "owner";
  }

  #act(client: Client): void {
    client.act();
    client.push();
  }

  play(happening: Happening): void {
    if (happening.kind === "split") return this.#split(happening.mask);
    if (happening.kind === "heal") return this.#heal();
    if (happening.kind === "hostile") return this.#hostileDeed(happening.deed, happening.pick);
    if (happening.kind === "seize-key") return this.#seizeKey();
    if (happening.kind === "keep-key") return this.#keepKey(happening.whom);
    const client = this.#client(happening.who);
    if (client === undefined) return;
    switch (happening.kind) {
      case "send":
        client.texts.push(`message ${this.#said++}`);
        return client.act();
      case "pull":
        return this.#pull(client, happening.count);
      case "push":
        return client.push();
      case "restart":
        return client.restart();
      case "name":
        client.wish({ kind: "edit", edit: { kind: "info", title: `name ${this.#said++}` } });
        return this.#act(client);
      case "move":
        return this.#move(client);
      case "leave":
        client.wantsOut = true;
        return this.#act(client);
      case "come-back":
        // Only who moves a conversation can create the log that it moves to.
        if (client.state.pending?.ownerSeed !== undefined) return;
        return client.askBack(this.clients.filter((other) => other !== client && other.isIn));
      case "add":
        return this.#add(client, happening.count);
      case "remove": {
        const account = (this.#client(happening.whom) ?? client).device.account.id;
        client.wish({ kind: "remove", accounts: [account] });
        return this.#act(client);
      }
      case "role": {
        const { account } = (this.#client(happening.whom) ?? client).device;
        const role = account === this.#hostile ? "admin" : (roles[happening.role % 3] ?? "member");
        client.wish({ kind: "edit", edit: { kind: "role", account: account.id, role } });
        return this.#act(client);
      }
      case "revoke": {
        const account = this.#accounts.filter(({ devices }) => devices.length > 1)[0];
        if (account === undefined || account === this.#hostile) return;
        const chain = account.revoke(account.devices[happening.count % account.devices.length] as Device);
        client.wish({ kind: "revoke", chain });
        return this.#act(client);
      }
    }
  }

  #move(client: Client): void {
    const { group } = client.state;
    if (group === undefined) return;
    const { moves } = readPolicy(group.epoch.context.extensions).home;
    const edit = { kind: "move", relay: "https://other.example", moves: moves + 1 } as const;
    client.wish({ kind: "edit", edit, ...this.#newOwnerSeed() });
    this.#act(client);
  }

  #newOwnerSeed() {
    return { ownerSeed: this.#context.random(32) as never };
  }

  #add(client: Client, count: number): void {
    const { group } = client.state;
    if (group === undefined) return;
    const roster = rosterOf(group.epoch.tree);
    const absent = this.#accounts.filter(({ id }) => !roster.has(id)).slice(0, 1 + (count % 2));
    const invited = absent.flatMap(({ devices }) => devices.map((device) => device.invite()));
    for (const { devices } of absent) {
      for (const one of this.clients) if (devices.includes(one.device) && !one.isIn) one.side = client.side;
    }
    if (invited.length > 0) client.wish({ kind: "add", invited });
    this.#act(client);
  }

  #split(mask: number): void {
    if (this.#relay.isSplit) return;
    this.#relay.split();
    for (const [i, client] of this.clients.entries()) client.side = ((mask >> (i % 16)) & 1) as Side;
  }

  /** Goes on with the side that all who are on the other, and belong to it, will turn to. */
  #heal(): void {
    if (!this.#relay.isSplit) return;
    const winner = ([0, 1] as const).find((side) => this.#isTurnedTo(side));
    this.#relay.heal(winner ?? 0);
    for (const client of this.clients) client.side = 0;
  }

  #isTurnedTo(side: Side): boolean {
    const there = this.clients.find((client) => client.side === side && client.isIn && this.#isHonest(client));
    if (there === undefined) return false;
    const elsewhere = this.#membersOf(there).filter((client) => client.side !== side && client.isIn);
    return (
      elsewhere.every((client) => this.#isMinority(client)) &&
      this.clients.filter((client) => client.side === side && client.isIn).every((client) => !this.#isMinority(client))
    );
  }

  /** Honest clients that another one's tree names. */
  #membersOf({ state }: Client): readonly Client[] {
    if (state.group === undefined) return [];
    const keys = new Set([...state.group.epoch.tree.members()].map(([, leaf]) => bytesKey(leaf.signatureKey)));
    return this.clients.filter(
      (client) => this.#isHonest(client) && keys.has(bytesKey(client.device.signer.publicKey)),
    );
  }

  #reportsTo(client: Client) {
    const answers = this.#membersOf(client).filter((other) => other !== client && other.isIn);
    return new Map(answers.map((other) => [bytesKey(other.device.signer.publicKey), other.standing]));
  }

  #isMinority(client: Client): boolean {
    const reports = this.#reportsTo(client);
    // Who does not answer in time is not waited for.
    return isMinority(client.state, reports, reports.size + 1);
  }

  #hostileDeed(deed: HostileDeed, pick: number): void {
    const mallory = this.#mallory;
    if (mallory === undefined) return;
    this.#pull(mallory, 100);
    if (!mallory.isIn) return;
    const { group, access } = mallory.state;
    const leaves = [...(group?.epoch.tree.members() ?? [])].map(([leafIndex]) => leafIndex);
    const others = leaves.filter((leafIndex) => leafIndex !== group?.epoch.ownLeaf);
    const log = this.#relay.find(mallory.side, access.logId)?.entries ?? [];
    const entry = hostileEntry(deed, mallory.device, others, log, pick);
    if (entry !== undefined) {
      this.#relay.append(mallory.side, access.logId, mallory.writeKey, entry, undefined);
      if (deed === "a path that leaves some behind") this.leftBehind.add(toHex(entry.entryId));
    }
  }

  /** Commits that some take and some cannot. */
  readonly leftBehind = new Set<string>();

  /** Makes the relay change the log's key to one that nobody else has. */
  #seizeKey(): void {
    const mallory = this.#mallory;
    if (mallory === undefined) return;
    this.#pull(mallory, 100);
    if (!mallory.isIn) return;
    const { logId } = mallory.state.access;
    const log = this.#relay.find(mallory.side, logId);
    if (log === undefined) return;
    const entry = mallory.device.sealRaw(this.#context.random(9));
    const rotation = [this.#context.random(32), log.counter, log.entries.length] as const;
    this.#relay.append(mallory.side, logId, mallory.writeKey, entry, rotation);
  }

  /** Removes somebody without letting the relay change the key. */
  #keepKey(whom: number): void {
    const mallory = this.#mallory;
    const account = this.#client(whom)?.device.account.id;
    if (mallory === undefined || account === undefined) return;
    this.#pull(mallory, 100);
    if (!mallory.isIn || mallory.state.pending !== undefined) return;
    mallory.intents = [];
    mallory.wish({ kind: "remove", accounts: [account] });
    mallory.act();
    mallory.outbox = mallory.outbox.map((sent) => ({ ...sent, outgoing: { ...sent.outgoing, rotateTo: undefined } }));
    mallory.push();
  }

  /** Everybody reads and says all there is, until nothing is left to do; then all must be one. */
  settle(): void {
    this.#heal();
    for (let round = 0; round < 60; round++) {
      if (round % 12 === 0) {
        // Who hears nobody cannot tell; a hostile member speaks, too.
        for (const client of this.clients.filter(({ isIn }) => isIn)) client.texts.push(`message ${this.#said++}`);
      }
      for (const client of this.clients) {
        this.#pull(client, 1_000);
        this.#act(client);
      }
      this.#mendKeys();
      this.#reconcile();
      if (round > 30) this.#letPeopleDecide();
      if (round % 12 > 5 && this.#isSettled()) return;
    }
    if (this.isSeized) return;
    const where = this.clients.map((client) => {
      const at = client.isIn ? `${client.standing.epoch} ${toHex(client.standing.transcript).slice(0, 8)}` : "out";
      const open = [client.outbox, client.intents, client.texts].map(({ length }) => length);
      return `${client.name} ${at} ${open} ${client.isComingBack ? "coming back" : ""} ${client.isTroubled}`;
    });
    throw new Error(`they do not come together:\n${where.join("\n")}`);
  }

  /**
   * Where one side has removed members whom the other side still has, both may hold themselves to be right: those who
   * are told that the others have them no more, go.
   */
  #letPeopleDecide(): void {
    for (const client of this.#inside) {
      const transcript = toHex(client.standing.transcript);
      const others = this.#membersOf(client).filter((one) => one.isIn && toHex(one.standing.transcript) !== transcript);
      const isGone = others.some((one) => !this.#membersOf(one).includes(client));
      if (isGone) client.device.state = { ...client.state, group: undefined };
    }
  }

  /** Whether a hostile member holds the log's key alone, and no owner is left to take it back. */
  get isSeized(): boolean {
    return this.#inside.every(({ side, state, writeKey }) => {
      const log = this.#relay.find(side, state.access.logId);
      const isOurs = log === undefined || equalBytes(log.writeKey, writeKey);
      return this.#hostile !== undefined && !isOurs && state.access.ownerSeed === undefined;
    });
  }

  get #inside(): readonly Client[] {
    return this.clients.filter((client) => client.isIn && this.#isHonest(client));
  }

  #isSettled(): boolean {
    const inside = this.#inside;
    const sides = new Set(inside.map(({ standing }) => toHex(standing.transcript)));
    const isWaiting = this.clients.some((client) => client.isComingBack && this.#isHonest(client));
    return sides.size <= 1 && !isWaiting && inside.every(({ isQuiet }) => isQuiet);
  }

  #mendKeys(): void {
    for (const client of this.#inside) {
      const { access } = client.state;
      const log = this.#relay.find(client.side, access.logId);
      // Who has no sign that the group fell apart takes the key back: nobody could give a sign else.
      const mayBeWrong = client.isTroubled && this.#isMinority(client);
      if (log === undefined || access.ownerSeed === undefined || mayBeWrong) continue;
      // Only who has seen all that there is knows which key is right.
      const isCaughtUp = client.state.position.seq === log.entries.length;
      if (!isCaughtUp || equalBytes(log.writeKey, client.writeKey)) continue;
      const owner = keyPairOfSeed(this.#context, access.ownerSeed).publicKey;
      this.#relay.reset(client.side, access.logId, owner, client.writeKey);
    }
  }

  /** Whether the key that the log has is not the one that a client has, who has seen all that there is. */
  #isShutOut(client: Client): boolean {
    const { access, position } = client.state;
    const log = this.#relay.find(client.side, access.logId);
    return log !== undefined && position.seq === log.entries.length && !equalBytes(log.writeKey, client.writeKey);
  }

  /** Whoever sees that something is wrong asks all how they stand; who is in the minority asks to come back. */
  #reconcile(): void {
    // Only who has read all there is asks and answers.
    for (const client of this.#inside) this.#pull(client, 1_000);
    if (this.#inside.some((client) => client.isTroubled)) {
      for (const client of this.clients.filter(({ isIn }) => isIn)) {
        client.rewind();
        this.#pull(client, 1_000);
      }
    }
    const isTroubled = this.#inside.some((client) => client.isTroubled);
    const turning = isTroubled ? this.#inside.filter((client) => this.#isMinority(client)) : [];
    const staying = this.#inside.filter((client) => !turning.includes(client));
    for (const client of turning) {
      const helpers = staying.filter((helper) => this.#membersOf(helper).includes(client));
      // Those who stayed have put it out meanwhile: it is not for them to take it back unasked.
      if (helpers.length === 0) client.device.state = { ...client.state, group: undefined };
      else client.askBack(helpers);
    }
    for (const client of staying) {
      const { group } = client.state;
      const leaf = group?.epoch.tree.leaf(group.epoch.ownLeaf);
      const isAlone = isTroubled && mustGoOn(client.state, this.#reportsTo(client));
      if (isAlone && leaf !== undefined && client.intents.length === 0) {
        client.wish({ kind: "renew", replaces: leaf.encryptionKey });
      }
      // Others have gone on with the key: whoever can neither follow nor write, and has no owner to help, joins them.
      if (isAlone && this.#isShutOut(client)) {
        const helpers = staying.filter((one) => one.standing.epoch > client.standing.epoch && one.isIn);
        if (helpers.length > 0) client.askBack(helpers);
      }
    }
    const sides = new Set(staying.map(({ standing }) => toHex(standing.transcript)));
    if (sides.size <= 1) for (const client of this.#inside) client.isTroubled = false;
    for (const client of this.clients.filter(({ isComingBack }) => isComingBack)) {
      const isKnown = staying.some((helper) => this.#membersOf(helper).includes(client));
      const isAsked = staying.some((helper) => helper.intents.length > 0) || client.inbox.length > 0;
      if (!this.#isHonest(client) || isAsked) continue;
      if (isKnown) client.askBack(staying);
      else if (client.device.isMember) {
        client.device.state = { ...client.state, group: undefined };
        client.isComingBack = false;
      } else client.isComingBack = false;
    }
  }

  /** What must hold once all has settled. */
  check(): void {
    this.#checkVerdicts();
    if (this.isSeized) return;
    const inside = this.#inside;
    const [first, ...others] = inside.map((client) => {
      const { epoch, treeHash, confirmedTranscriptHash } = client.state.group?.epoch.context ?? {};
      const { position, leaving, access } = client.state;
      const { logId, logSecret, relay, writeSeed } = access;
      return { epoch, treeHash, confirmedTranscriptHash, position, leaving, logId, logSecret, relay, writeSeed };
    });
    for (const other of others) expect(other).toEqual(first);
    const [someone] = inside;
    if (someone === undefined) return;
    const log = this.#relay.find(someone.side, someone.state.access.logId);
    expect(toHex(log?.writeKey ?? new Uint8Array(0))).toBe(toHex(someone.writeKey));
  }

  /** In one epoch, with one list of who leaves, an entry is the same to all who read it: to who came in later it may only be unreadable. */
  #checkVerdicts(): void {
    const all = new Map<string, { readonly name: string; readonly what: string; readonly epoch: bigint }[]>();
    for (const client of this.clients.filter(this.#isHonest)) {
      for (const [key, verdict] of client.verdicts) {
        if (verdict.isMisled) continue;
        const list = all.get(key) ?? [];
        list.push({ name: client.name, ...verdict });
        all.set(key, list);
      }
    }
    for (const [key, list] of all) {
      if (this.leftBehind.has(key.split(" ")[1] ?? "")) continue;
      const earliest = list.reduce((least, { epoch }) => (epoch < least ? epoch : least), list[0]?.epoch ?? 0n);
      const longest = list.filter(({ epoch }) => epoch === earliest);
      expect(new Set(longest.map(({ what }) => what)).size, JSON.stringify(list.map(String))).toBe(1);
      for (const { what, name } of list) expect([longest[0]?.what, "ignored"], name).toContain(what);
    }
  }
}
