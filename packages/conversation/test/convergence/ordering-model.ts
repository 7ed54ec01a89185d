/** A commit or a message in the model's log. */
interface Entry {
  readonly id: number;
  readonly by: number;
  /** The chain of commits that it was made for; undefined for a message. */
  readonly base: string | undefined;
  /** What it does, unique; who is removed, if anybody. */
  readonly intent: number;
  readonly removes: number | undefined;
  readonly isValid: boolean;
}

interface Intent {
  readonly number: number;
  readonly removes: number | undefined;
}

interface Member {
  readonly name: number;
  /** Ids of the commits that it took. */
  readonly chain: readonly number[];
  /** What stands for the write key: the chain up to the last commit that removed anybody. */
  readonly key: string;
  readonly seq: number;
  readonly pending: Entry | undefined;
  readonly intents: readonly Intent[];
  readonly isIn: boolean;
  /** Messages and intents that it has read in effect. */
  readonly read: readonly number[];
}

interface Log {
  readonly entries: readonly Entry[];
  readonly key: string;
  readonly counter: number;
  /** Ids of honest commits with a rotation that it took. */
  readonly rotations: readonly number[];
}

export type Step =
  | { readonly kind: "wish" | "say" | "deliver" | "append" | "settle-key"; readonly who: number }
  | { readonly kind: "wish-removal"; readonly who: number; readonly whom: number }
  | { readonly kind: "hostile"; readonly rotates: boolean; readonly who: number };

/**
 * The rule of order without cryptography: for each epoch the first valid commit wins; a commit that removes anybody is
 * appended only when its maker has read all there is (compare-and-swap on the counter and the last number).
 */
export class OrderingModel {
  members: readonly Member[];
  log: Log = { entries: [], key: "", counter: 0, rotations: [] };
  /** Whether somebody has had the key changed to one of their own, which an owner has to take back. */
  isSeized = false;
  #next = 0;

  constructor(count: number) {
    this.members = Array.from({ length: count }, (_, name) => ({
      name,
      chain: [],
      key: "",
      seq: 0,
      pending: undefined,
      intents: [],
      isIn: true,
      read: [],
    }));
  }

  play(step: Step): void {
    const member = this.members[step.who % this.members.length] as Member;
    if (step.kind === "hostile") return this.#hostile(member, step.rotates);
    if (!member.isIn) return;
    switch (step.kind) {
      case "wish":
        return this.#wish(member, undefined);
      case "wish-removal": {
        const whom = step.whom % this.members.length;
        return whom === member.name || whom === 0 ? undefined : this.#wish(member, whom);
      }
      case "say":
        if (member.key === this.log.key) this.#put({ ...this.#entry(member), base: undefined });
        return;
      case "deliver":
        return this.deliver(member);
      case "append":
        return this.append(member);
      case "settle-key":
        return this.#takeKeyBack();
    }
  }

  #entry({ name, chain }: Member): Entry {
    const id = this.#next++;
    return { id, by: name, base: chain.join(), intent: id, removes: undefined, isValid: true };
  }

  #wish(member: Member, removes: number | undefined): void {
    const intents = [...member.intents, { number: this.#next++, removes }];
    this.#set({ ...member, intents });
  }

  #set(member: Member): void {
    this.members = this.members.map((other) => (other.name === member.name ? member : other));
  }

  #put(entry: Entry): void {
    this.log = { ...this.log, entries: [...this.log.entries, entry] };
  }

  /** Makes a commit for the first intent if none is on its way, and appends it: also a second time, as a retry. */
  append(before: Member): void {
    const member = this.#planned(before);
    const { pending } = member;
    this.#set(member);
    if (pending === undefined || this.log.entries.some(({ id }) => id === pending.id)) return;
    if (member.key !== this.log.key) return;
    if (pending.removes !== undefined) {
      if (member.seq !== this.log.entries.length) return;
      const { counter, rotations } = this.log;
      const key = [...member.chain, pending.id].join();
      this.log = { ...this.log, key, counter: counter + 1, rotations: [...rotations, pending.id] };
    }
    this.#put(pending);
  }

  #planned(member: Member): Member {
    const [intent, ...others] = member.intents;
    if (member.pending !== undefined || intent === undefined) return member;
    const isGone = intent.removes !== undefined && !this.#isInside(member, intent.removes);
    if (isGone) return { ...member, intents: others };
    return { ...member, pending: { ...this.#entry(member), intent: intent.number, removes: intent.removes } };
  }

  /** Whether a member is in, as another sees it. */
  #isInside({ chain }: Member, name: number): boolean {
    const removed = this.log.entries.filter(({ id, removes }) => chain.includes(id) && removes === name);
    return removed.length === 0;
  }

  deliver(member: Member): void {
    const entry = this.log.entries[member.seq];
    if (entry === undefined) return;
    const moved = { ...member, seq: member.seq + 1 };
    if (entry.base === undefined) return this.#set({ ...moved, read: [...member.read, entry.id] });
    if (!entry.isValid || entry.base !== member.chain.join()) return this.#set(moved);
    const chain = [...member.chain, entry.id];
    const isOwn = member.pending?.id === entry.id;
    this.#set({
      ...moved,
      chain,
      key: entry.removes === undefined ? member.key : chain.join(),
      pending: undefined,
      intents: isOwn ? member.intents.slice(1) : member.intents,
      isIn: entry.removes !== member.name,
      read: [...member.read, entry.intent],
    });
  }

  /** Whoever has the key puts in what all refuse, and may have the key changed along with it. */
  #hostile(member: Member, rotates: boolean): void {
    if (member.key !== this.log.key) return;
    this.#put({ ...this.#entry(member), isValid: false });
    if (!rotates) return;
    this.isSeized = true;
    this.log = { ...this.log, key: `seized ${this.#next++}`, counter: this.log.counter + 1 };
  }

  /** The owner, who has read all there is, resets the key to the one of its epoch. */
  #takeKeyBack(): void {
    const [owner] = this.members as [Member];
    if (owner.seq !== this.log.entries.length || owner.key === this.log.key) return;
    this.isSeized = false;
    this.log = { ...this.log, key: owner.key, counter: this.log.counter + 1 };
  }

  /** Everybody reads and does all there is. */
  settle(): void {
    for (let round = 0; round < 500; round++) {
      const isQuiet = this.members.every(({ isIn, intents, seq }) => {
        return !isIn || (intents.length === 0 && seq === this.log.entries.length);
      });
      if (isQuiet && !this.isSeized) return;
      for (const { name } of this.members) {
        for (let i = 0; i <= this.log.entries.length; i++) {
          const member = this.members[name] as Member;
          if (member.isIn) this.deliver(member);
        }
        this.#takeKeyBack();
        const member = this.members[name] as Member;
        if (member.isIn) this.append(member);
      }
    }
  }
}
