import fc from "fast-check";
import type { Peer, PeerClient, SuiteId, Wire } from "../../src/peer.js";
import { redoubt } from "../../src/redoubt.js";
import { bytes } from "../group-of.js";
import { avoided, type Outlook, treeOf } from "./avoided.js";
import { type CommitPlan, type Entrant, expectOpens, MixedGroup, type Seat } from "./mixed-group.js";

/** Numbers stand for whoever is at that position, counted round. */
export type Operation =
  | {
      readonly kind: "commit";
      readonly by: number;
      readonly add: readonly Side[];
      readonly remove: readonly number[];
      readonly psk: boolean;
      readonly wire: Wire;
    }
  | {
      readonly kind: "propose";
      readonly by: number;
      readonly what: "add" | "remove" | "update" | "psk";
      readonly side: Side;
      readonly target: number;
      readonly wire: Wire;
    }
  | { readonly kind: "enter"; readonly side: Side; readonly helper: number }
  | { readonly kind: "resync"; readonly lost: number; readonly helper: number }
  | { readonly kind: "talk"; readonly by: number; readonly count: number; readonly order: number };

type Side = "us" | "them";

const side = fc.constantFrom<Side>("us", "them");
const position = fc.nat(15);
const wire = fc.constantFrom<Wire>("public", "private");

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("commit" as const),
      by: position,
      add: fc.oneof(fc.constant([]), fc.array(side, { minLength: 1, maxLength: 2 })),
      remove: fc.oneof(fc.constant([]), fc.array(position, { minLength: 1, maxLength: 2 })),
      psk: fc.boolean(),
      wire,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("propose" as const),
      by: position,
      what: fc.constantFrom("add" as const, "remove" as const, "update" as const, "psk" as const),
      side,
      target: position,
      wire,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("enter" as const), side, helper: position }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("resync" as const), lost: position, helper: position }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("talk" as const),
      by: position,
      count: fc.integer({ min: 1, max: 3 }),
      order: position,
    }),
  },
);

/** Who founds the group, who is added first, and what happens then. */
export interface Life {
  readonly founder: Side;
  readonly others: readonly Side[];
  readonly operations: readonly Operation[];
}

export function lives(maxOperations: number): fc.Arbitrary<Life> {
  return fc.record({
    founder: side,
    others: fc.array(side, { minLength: 1, maxLength: 5 }),
    operations: fc.array(operation, { minLength: 1, maxLength: maxOperations }),
  });
}

const maxMembers = 9;

/** Runs a life. What does not fit the group as it is, or is avoided, is left out or done by one of us. */
export class MixedLife {
  readonly #group: MixedGroup;
  readonly #them: Peer;
  /** Former members, who may be added again. */
  readonly #former: { readonly peer: Peer; readonly client: PeerClient }[] = [];
  /** Seats that proposals of this epoch update or remove. */
  readonly #targeted = new Set<Seat>();
  #proposed: { readonly kind: Outlook["kinds"][number]; readonly joining?: Peer }[] = [];

  private constructor(group: MixedGroup, them: Peer) {
    this.#group = group;
    this.#them = them;
  }

  /** @returns how many epochs the group lived through */
  static async live(suite: SuiteId, them: Peer, { founder, others, operations }: Life): Promise<bigint> {
    const group = await MixedGroup.found(suite, founder === "us" ? redoubt : them);
    const life = new MixedLife(group, them);
    // One of each, so that there is always someone to disagree.
    const counterpart: Side = founder === "us" ? "them" : "us";
    await group.admit(group.at(0), ...[counterpart, ...others].map((name) => life.#peer(name)));
    for (const next of operations) await life.#run(next);
    await life.#settle();
    if (life.#proposed.length === 0) await group.sayAll();
    return group.at(0).group.epoch;
  }

  #peer(name: Side): Peer {
    return name === "us" ? redoubt : this.#them;
  }

  #seat(position: number): Seat {
    return this.#group.at(position % this.#group.seats.length);
  }

  async #run(next: Operation): Promise<void> {
    switch (next.kind) {
      case "commit": {
        const add: Entrant[] = [];
        for (const name of next.add.slice(0, this.#room())) add.push(await this.#entrant(name));
        const by = this.#committer(next.by);
        const remove = next.remove.map((target) => this.#seat(target)).filter((seat) => seat !== by);
        return this.#commit(by, { add, remove: this.#removable(remove), psk: next.psk, wire: next.wire });
      }
      case "propose":
        return this.#propose(next);
      case "enter": {
        if (this.#room() < 1) return;
        const helper = this.#seat(next.helper);
        const joining = await this.#mayEnter(this.#peer(next.side), helper);
        await this.#group.joinExternally(joining ? this.#peer(next.side) : redoubt, helper);
        return this.#begin();
      }
      case "resync": {
        const [lost, helper] = [this.#seat(next.lost), this.#seat(next.helper)];
        if (lost === helper || !(await this.#mayEnter(lost.peer, helper))) return;
        await this.#group.resync(lost, helper);
        return this.#begin();
      }
      case "talk":
        await this.#settle();
        return this.#talk(this.#seat(next.by), next.count, next.order);
    }
  }

  /** How many may still join. */
  #room(): number {
    const joining = this.#proposed.filter(({ kind }) => kind === "add").length;
    return maxMembers - this.#group.seats.length - joining;
  }

  /** A former member of that side if there is one, else a new client. */
  async #entrant(name: Side): Promise<Entrant> {
    const peer = this.#peer(name);
    const former = this.#former.findIndex((one) => one.peer === peer);
    const [again] = former === -1 ? [] : this.#former.splice(former, 1);
    return this.#group.entrant(peer, again?.client);
  }

  /** Whoever may commit what is proposed: not one whom it updates or removes. */
  #committer(position: number): Seat {
    const able = this.#group.seats.filter((seat) => !this.#targeted.has(seat));
    return able[position % able.length] as Seat;
  }

  /** Of these, as many as leave one of each side whom nothing targets. */
  #removable(seats: readonly Seat[]): Seat[] {
    const removable: Seat[] = [];
    for (const seat of new Set(seats)) {
      const others = this.#group.seats.filter((one) => one.peer === seat.peer && one !== seat);
      const isLeft = others.some((one) => !this.#targeted.has(one) && !removable.includes(one));
      if (isLeft && !this.#targeted.has(seat)) removable.push(seat);
    }
    return removable;
  }

  async #propose({ by, what, side: name, target, wire }: Operation & { kind: "propose" }): Promise<void> {
    const proposer = this.#seat(by);
    const chosen = this.#seat(target);
    if (what === "psk") {
      await this.#group.propose(proposer, "psk", wire);
      this.#proposed.push({ kind: "psk" });
    } else if (what === "add") {
      if (this.#room() < 1) return;
      const entrant = await this.#entrant(name);
      await this.#group.propose(proposer, entrant, wire);
      this.#proposed.push({ kind: "add", joining: entrant.peer });
    } else if (this.#removable([chosen]).length === 1) {
      if (what === "update" && chosen.peer !== redoubt) return;
      if (what === "update") await this.#group.proposeUpdate(chosen, wire);
      else await this.#group.propose(proposer, chosen, wire);
      this.#targeted.add(chosen);
      this.#proposed.push({ kind: what });
    }
  }

  async #commit(by: Seat, { add, remove, psk, wire }: Required<CommitPlan>): Promise<void> {
    const joining = [...add.map(({ peer }) => peer), ...this.#proposed.flatMap((one) => one.joining ?? [])];
    const kinds = [
      ...this.#proposed.map(({ kind }) => kind),
      ...add.map(() => "add" as const),
      ...remove.map(() => "remove" as const),
    ];
    const members = this.#group.seats.map(({ peer }) => peer);
    const outlook = { committer: by.peer, kinds, members, joining };
    if (isAvoided({ ...outlook, tree: undefined })) return;
    const draft = await this.#group.draft(by, { add, remove, psk, wire });
    if (isAvoided({ ...outlook, tree: treeOf(await draft.after.exportGroupInfo()) })) return;
    const before = this.#group.seats;
    await this.#group.settle(draft);
    this.#former.push(...before.filter(({ name }) => !this.#group.seats.some((seat) => seat.name === name)));
    this.#begin();
  }

  /** Commits what is proposed, if anything is and may be. */
  async #settle(): Promise<void> {
    if (this.#proposed.length === 0) return;
    const able = this.#group.seats.findIndex((seat) => seat.peer === redoubt && !this.#targeted.has(seat));
    await this.#commit(this.#group.at(able), { add: [], remove: [], psk: false, wire: "public" });
  }

  async #mayEnter(joining: Peer, helper: Seat): Promise<boolean> {
    const tree = treeOf(await helper.group.exportGroupInfo());
    const members = this.#group.seats.map(({ peer }) => peer);
    return !isAvoided({ committer: undefined, kinds: [], members, joining: [joining], tree });
  }

  #begin(): void {
    this.#targeted.clear();
    this.#proposed = [];
  }

  /** Everyone gets the messages in an order of its own. */
  async #talk(by: Seat, count: number, order: number): Promise<void> {
    if (this.#proposed.length > 0) return;
    const texts = Array.from({ length: count }, (_, i) => `${by.name} says ${i}`);
    const sealed: { text: string; message: Uint8Array }[] = [];
    for (const text of texts) sealed.push({ text, message: await by.group.seal(bytes(text)) });
    for (const [i, seat] of this.#group.othersThan(by).entries()) {
      const waiting = [...sealed];
      while (waiting.length > 0) {
        const [{ text, message }] = waiting.splice((order + i) % waiting.length, 1) as [(typeof sealed)[number]];
        await expectOpens(seat, message, { by, text });
      }
    }
  }
}

function isAvoided(outlook: Outlook): boolean {
  return avoided.some(({ applies }) => applies(outlook));
}
