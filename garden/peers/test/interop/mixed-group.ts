import { expect } from "vitest";
import type { Change, Peer, PeerClient, PeerGroup, SuiteId, Wire } from "../../src/peer.js";
import { RedoubtGroup } from "../../src/redoubt.js";
import { bytes } from "../group-of.js";

/** An external pre-shared key that every client here knows. */
const pskId = bytes("psk");

/** One member: its client, and its state of the group. */
export interface Seat {
  readonly name: string;
  readonly peer: Peer;
  readonly client: PeerClient;
  group: PeerGroup;
}

/** A client that is to join, with the key package that it handed out. */
export interface Entrant {
  readonly name: string;
  readonly peer: Peer;
  readonly client: PeerClient;
  readonly add: Change & { kind: "add" };
}

/** What a commit does by value, and how it travels. */
export interface CommitPlan {
  readonly add?: readonly Entrant[];
  readonly remove?: readonly Seat[];
  readonly psk?: boolean;
  readonly wire?: Wire;
}

/** A commit that was made on a copy of its sender's state: nobody else has heard of it yet. */
export interface Draft {
  readonly by: Seat;
  readonly message: Uint8Array;
  readonly welcome: Uint8Array | undefined;
  readonly entrants: readonly Entrant[];
  /** The sender's state after it. */
  readonly after: PeerGroup;
}

/**
 * A group whose members are of different implementations. Delivers every message to everyone, and after each epoch
 * holds what all members must agree on together.
 */
export class MixedGroup {
  readonly suite: SuiteId;
  /** In order of entry. */
  seats: Seat[] = [];
  /** Those whom proposals of this epoch add. */
  #proposed: Entrant[] = [];
  #clients = 0;

  private constructor(suite: SuiteId) {
    this.suite = suite;
  }

  /** A group of one. */
  static async found(suite: SuiteId, founder: Peer): Promise<MixedGroup> {
    const mixed = new MixedGroup(suite);
    const client = await mixed.#createClient(founder);
    const group = await client.createGroup(bytes("mixed"));
    mixed.seats.push({ name: client.identity, peer: founder, client, group });
    return mixed;
  }

  /** A group whose members stand in the given order; the first adds all others by one commit. */
  static async of(suite: SuiteId, founder: Peer, ...others: readonly Peer[]): Promise<MixedGroup> {
    const mixed = await MixedGroup.found(suite, founder);
    await mixed.admit(mixed.at(0), ...others);
    return mixed;
  }

  at(position: number): Seat {
    const seat = this.seats[position];
    if (seat === undefined) throw new RangeError(`No seat ${position} among ${this.seats.length}`);
    return seat;
  }

  /** Makes a key package. @param client one that was a member before, in place of a new one */
  async entrant(peer: Peer, client?: PeerClient): Promise<Entrant> {
    const joining = client ?? (await this.#createClient(peer));
    const keyPackage = await joining.createKeyPackage();
    return { name: joining.identity, peer, client: joining, add: { kind: "add", keyPackage } };
  }

  /** Commits additions by value. */
  async admit(by: Seat, ...peers: readonly Peer[]): Promise<Seat[]> {
    const add: Entrant[] = [];
    for (const peer of peers) add.push(await this.entrant(peer));
    return this.commit(by, { add });
  }

  /** Proposes to add a client, to remove a member or to use the pre-shared key, and gives it to all others. */
  async propose(by: Seat, what: Entrant | Seat | "psk", wire: Wire = "public"): Promise<void> {
    const message = await by.group.propose(changeOf(what), wire);
    if (typeof what === "object" && "add" in what) this.#proposed.push(what);
    await this.#deliverProposal(by, message);
  }

  /** One of us proposes a new key for its own leaf. */
  async proposeUpdate(by: Seat, wire: Wire = "public"): Promise<void> {
    if (!(by.group instanceof RedoubtGroup)) throw new TypeError(`${by.peer.name} cannot propose an Update`);
    await this.#deliverProposal(by, await by.group.proposeUpdate(wire));
  }

  async #deliverProposal(by: Seat, message: Uint8Array): Promise<void> {
    for (const seat of this.othersThan(by)) {
      const heard = await seat.group.process(message);
      const expected = { kind: "proposal", sender: by.group.ownLeaf };
      expect(heard, `${describe(seat)}: a proposal of ${describe(by)}`).toEqual(expected);
    }
  }

  /** Commits what was proposed and what the plan says. @returns the seats of those who joined */
  async commit(by: Seat, plan: CommitPlan = {}): Promise<Seat[]> {
    return this.settle(await this.draft(by, plan));
  }

  /** Makes a commit that can still be dropped. */
  async draft(by: Seat, { add = [], remove = [], psk = false, wire }: CommitPlan = {}): Promise<Draft> {
    const after = by.group.fork();
    const changes: Change[] = [
      ...remove.map(({ group }) => ({ kind: "remove", leaf: group.ownLeaf }) as const),
      ...add.map((entrant) => entrant.add),
      ...(psk ? [{ kind: "psk", id: pskId } as const] : []),
    ];
    const { message, welcome, merge } = await after.commit(changes, wire);
    await merge();
    return { by, message, welcome, entrants: [...this.#proposed, ...add], after };
  }

  /** Lets a commit take effect: the new epoch must be the same for all, and those of us who are out must know. */
  async settle({ by, message, welcome, entrants, after }: Draft): Promise<Seat[]> {
    by.group = after;
    const newcomers = new Set(entrants.map(({ name }) => name));
    const names = new Map(after.members.map(({ leaf, identity }) => [leaf, identity]));
    const stays = ({ name, group }: Seat) => names.get(group.ownLeaf) === name && !newcomers.has(name);
    const staying = this.seats.filter(stays);
    for (const seat of this.seats) if (!staying.includes(seat)) await expectToldOfRemoval(seat, message);
    this.seats = staying;
    for (const seat of this.othersThan(by)) {
      const heard = await seat.group.process(message);
      const expected = { kind: "commit", sender: after.ownLeaf };
      expect(heard, `${describe(seat)}: a commit of ${describe(by)}`).toEqual(expected);
    }
    const joined: Seat[] = [];
    for (const { name, peer, client } of entrants) {
      joined.push({ name, peer, client, group: await client.join(welcome!) });
    }
    await this.#begin(joined);
    return joined;
  }

  /** A new client joins by itself, with the group info of a member. */
  async joinExternally(peer: Peer, helper: Seat): Promise<Seat> {
    return this.#enter(peer, await this.#createClient(peer), helper, false);
  }

  /** A member that lost its state comes back by itself, in place of its old leaf. */
  async resync(lost: Seat, helper: Seat): Promise<Seat> {
    this.seats = this.othersThan(lost);
    return this.#enter(lost.peer, lost.client, helper, true);
  }

  async #enter(peer: Peer, client: PeerClient, helper: Seat, resync: boolean): Promise<Seat> {
    const { commit, group } = await client.joinExternally(await helper.group.exportGroupInfo(), { resync });
    for (const seat of this.seats) expect((await seat.group.process(commit)).kind, describe(seat)).toBe("commit");
    const joined = { name: client.identity, peer, client, group };
    await this.#begin([joined]);
    return joined;
  }

  async #begin(joined: readonly Seat[]): Promise<void> {
    this.seats.push(...joined);
    this.#proposed = [];
    await this.expectAgreement();
  }

  /** Sends an application message that everyone must open. */
  async say(by: Seat, text: string): Promise<void> {
    const message = await by.group.seal(bytes(text));
    for (const seat of this.othersThan(by)) await expectOpens(seat, message, { by, text });
  }

  /** Everyone speaks once, and is heard by all. */
  async sayAll(): Promise<void> {
    for (const seat of this.seats) await this.say(seat, `${seat.name} in epoch ${seat.group.epoch}`);
  }

  /** Epoch, members, tree hash, epoch authenticator and exported secrets are those of every other member. */
  async expectAgreement(): Promise<void> {
    const [first, ...others] = this.seats;
    const expected = await viewOf(first!);
    for (const seat of others)
      expect(await viewOf(seat), `${describe(seat)} and ${describe(first!)}`).toEqual(expected);
    expect(expected.members.map(({ identity }) => identity).sort()).toEqual(this.seats.map(({ name }) => name).sort());
  }

  othersThan(one: Seat): Seat[] {
    return this.seats.filter((seat) => seat !== one);
  }

  async #createClient(peer: Peer): Promise<PeerClient> {
    const client = await peer.createClient({ suite: this.suite, identity: `m${this.#clients++}` });
    client.learnPsk(pskId, bytes("known to every client that a mixed group makes"));
    return client;
  }
}

function changeOf(what: Entrant | Seat | "psk"): Change {
  if (what === "psk") return { kind: "psk", id: pskId };
  return "add" in what ? what.add : { kind: "remove", leaf: what.group.ownLeaf };
}

/** What opens is what was sent. Sender and authenticated data are asked of those who tell them. */
export async function expectOpens(
  seat: Seat,
  message: Uint8Array,
  { by, text, authenticatedData = bytes("") }: { by: Seat; text: string; authenticatedData?: Uint8Array },
): Promise<void> {
  const opened = await seat.group.process(message);
  if (opened.kind !== "application") throw new Error(`Expected an application message, found a ${opened.kind}`);
  expect(new TextDecoder().decode(opened.data), `${describe(seat)}: a message of ${describe(by)}`).toBe(text);
  if (opened.authenticatedData !== undefined) expect(opened.authenticatedData).toEqual(authenticatedData);
  if (opened.sender !== undefined) expect(opened.sender).toBe(by.group.ownLeaf);
  if (seat.group instanceof RedoubtGroup) expect(opened).toMatchObject({ authenticatedData, sender: by.group.ownLeaf });
}

/** Those of us who are removed are told so. What the peers get to hear: test/faults/removal.test.ts. */
async function expectToldOfRemoval({ name, group }: Seat, message: Uint8Array): Promise<void> {
  if (!(group instanceof RedoubtGroup)) return;
  await group.process(message);
  expect(group.isRemoved, `${name} knows that it is removed`).toBe(true);
}

async function viewOf({ group }: Seat) {
  return {
    epoch: group.epoch,
    treeHash: group.treeHash,
    epochAuthenticator: group.epochAuthenticator,
    exported: await group.exportSecret("interop", bytes("context"), 40),
    members: group.members,
  };
}

function describe({ name, peer, group }: Seat): string {
  return `${name} (${peer.name}, leaf ${group.ownLeaf})`;
}
