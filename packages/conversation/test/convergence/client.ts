import { bytesKey, equalBytes, toHex } from "@redoubt/base";
import { decodeGroup, decodePastEpoch, encodeGroup, encodePastEpoch } from "@redoubt/mls";
import {
  type ConversationState,
  decodeDetail,
  decodeIntent,
  decodePendingChange,
  encodeDetail,
  encodeIntent,
  encodePendingChange,
  type Intent,
  keyPairOfSeed,
  type LogEntry,
  type Outgoing,
  type ReadyWelcome,
  rewound,
  type Standing,
  standingOf,
  type TakenCommit,
  type TakenEntry,
} from "../../src/index.js";
import type { Device } from "../support/device.js";
import type { Side, SplitRelay } from "./split-relay.js";

type Plan = Exclude<Intent, { kind: "leave" }>;

interface Sent {
  readonly outgoing: Outgoing;
  /** What a message says; commits and words of leaving say nothing. */
  readonly text: string | undefined;
}

/** What an entry was to somebody, by what they judged it by and the entry's id. */
export interface Verdict {
  readonly what: string;
  readonly epoch: bigint;
  /** Whether it came in by a hostile member, whose word for who leaves it has. */
  readonly isMisled: boolean;
}

const decoder = new TextDecoder();

/** A member's client as simply as can be: state, outbox and intents that outlive a restart, and what it has read. */
export class Client {
  readonly device: Device;
  readonly #relay: SplitRelay;
  side: Side;
  outbox: Sent[] = [];
  intents: Uint8Array[] = [];
  texts: string[] = [];
  inbox: (ReadyWelcome & { readonly mayMislead: boolean })[] = [];
  #isMisled = false;
  /** Own messages that came back, by where they stood. */
  #said: { readonly seq: number; readonly sent: Sent }[] = [];
  readonly verdicts = new Map<string, Verdict>();
  /** Something the log said that another than an honest relay and honest members would not say. */
  isTroubled = false;
  isComingBack = false;
  wantsOut = false;
  /** The epoch in which it came in, for the last time. */
  since = 0n;
  #returns = 0;

  constructor(device: Device, relay: SplitRelay, side: Side) {
    this.device = device;
    this.#relay = relay;
    this.side = side;
  }

  get name(): string {
    return this.device.account.name;
  }

  get isIn(): boolean {
    return this.device.isMember && !this.isComingBack;
  }

  get state(): ConversationState {
    return this.device.state;
  }

  get standing(): Standing {
    const standing = standingOf(this.state);
    if (standing === undefined) throw new Error(`${this.name} is no member`);
    return standing;
  }

  get writeKey(): Uint8Array {
    return keyPairOfSeed(this.device.context, this.state.access.writeSeed).publicKey;
  }

  wish(intent: Plan): void {
    this.intents.push(encodeIntent(intent));
  }

  /** Reads what the log has, up to a number of entries. @returns welcomes to post */
  pull(most: number): ReadyWelcome[] {
    this.#enter();
    const posted: ReadyWelcome[] = [];
    for (let i = 0; i < most && this.isIn; i++) {
      const { access, position } = this.state;
      const entries = this.#relay.find(this.side, access.logId)?.entries ?? [];
      if (entries.length < position.seq) this.isTroubled = true;
      const entry = entries[position.seq];
      if (entry === undefined) break;
      // All that commits are judged by: two sides of a split may have heard different members say that they leave.
      const before = [this.standing.transcript, ...this.state.leaving].map(toHex).toSorted().join();
      const taken = this.device.take(entry);
      const verdict = {
        what: describe(this.device, taken, [...this.outbox, ...this.#said.map(({ sent }) => sent)], entry.entryId),
        epoch: this.since,
        isMisled: this.#isMisled,
      };
      const key = `${before} ${toHex(entry.entryId)}`;
      // What is read again, because the relay goes on with another log, is ignored.
      if (verdict.what !== "ignored" || !this.verdicts.has(key)) this.verdicts.set(key, verdict);
      posted.push(...this.#followUp(entry, taken));
    }
    return posted;
  }

  #followUp({ seq, entryId }: LogEntry, { taken, alarms }: TakenEntry): readonly ReadyWelcome[] {
    if (alarms.some(({ kind }) => kind === "forked" || kind === "left-behind" || kind === "reordered")) {
      this.isTroubled = true;
    }
    const at = this.outbox.findIndex(({ outgoing }) => equalBytes(outgoing.entryId, entryId));
    const [own] = at < 0 ? [] : this.outbox.splice(at, 1);
    if (own?.text !== undefined && taken.kind === "ignored") this.texts.unshift(own.text);
    if (own !== undefined && taken.kind === "own-message") this.#said.push({ seq, sent: own });
    return taken.kind === "commit" ? this.#afterCommit(taken) : [];
  }

  #afterCommit(taken: TakenCommit): readonly ReadyWelcome[] {
    const { won, lost, policy } = taken;
    if (won !== undefined) this.intents.shift();
    if (lost !== undefined) this.outbox = this.outbox.filter(({ outgoing }) => outgoing.entryId !== lost.entryId);
    if (taken.removesUs) {
      this.isComingBack = taken.replacesUs;
      if (taken.replacesUs) this.#sealAnew();
      return [];
    }
    if (policy !== undefined && policy.before.home.moves !== policy.after.home.moves) {
      // Nobody reads the old log beyond the move: what has not come back is said in the new one.
      this.#sealAnew();
      const { access } = this.state;
      // Whoever could not follow is not heard any more: the mover asks.
      if (taken.isOwn) this.isTroubled = true;
      if (taken.isOwn && access.ownerSeed !== undefined) {
        const owner = keyPairOfSeed(this.device.context, access.ownerSeed).publicKey;
        this.#relay.create(this.side, access.logId, this.writeKey, owner);
      }
    }
    return taken.welcomes;
  }

  #sealAnew(): void {
    this.texts = [...this.outbox.flatMap(({ text }) => text ?? []), ...this.texts];
    this.outbox = [];
  }

  #enter(): void {
    const inbox = this.inbox.splice(0);
    for (const ready of inbox) {
      if (this.isIn) continue;
      const before = this.device.hasState ? this.state.access : undefined;
      try {
        this.device.enter(ready);
      } catch {
        // Of a request that another was preferred to.
        continue;
      }
      const { access } = this.state;
      // The owner's key is not handed to who comes back; an owner's device has it still.
      if (before !== undefined && equalBytes(before.logId, access.logId)) {
        this.device.state = { ...this.state, access: { ...access, ownerSeed: before.ownerSeed } };
      }
      this.#sealAnew();
      this.#said = [];
      this.since = this.standing.epoch;
      this.isComingBack = false;
      this.isTroubled = false;
      this.#isMisled = ready.mayMislead;
      this.wantsOut = false;
    }
  }

  /** Seals what waits to be said and makes the commit of the first intent, if none is on its way. */
  act(): void {
    if (!this.isIn) return;
    if (this.wantsOut && this.state.group?.epoch.tree.memberCount === 1) {
      // Nobody is left who could put it out.
      this.device.state = { ...this.state, group: undefined };
      return;
    }
    if (this.state.pending !== undefined) return;
    if (this.state.group?.proposals.size === 0) {
      for (const text of this.texts.splice(0)) this.#post(this.device.send(text), text);
    }
    if (this.wantsOut && !this.state.leaving.some((key) => equalBytes(key, this.device.signer.publicKey))) {
      const isSaid = this.outbox.some(({ text }) => text === undefined);
      if (!isSaid) this.#say();
    }
    const { leaving } = this.state;
    const isTidy = leaving.every((key) => equalBytes(key, this.device.signer.publicKey));
    if (!isTidy && this.intents.length === 0) this.wish({ kind: "tidy" });
    while (this.intents.length > 0 && this.state.pending === undefined) {
      const made = this.#plan(decodeIntent(this.intents[0] as Uint8Array) as Plan);
      if (made === undefined) this.intents.shift();
      else this.#post(made, undefined);
    }
  }

  #say(): void {
    try {
      this.#post(this.device.leave(), undefined);
    } catch (error) {
      if ((error as { code?: string }).code !== "commit-pending") throw error;
    }
  }

  #plan(intent: Plan): Outgoing | undefined {
    try {
      return this.device.change(intent);
    } catch (error) {
      if ((error as { code?: string }).code === "not-allowed") return undefined;
      throw error;
    }
  }

  #post(outgoing: Outgoing, text: string | undefined): void {
    this.outbox.push({ outgoing, text });
  }

  /** Appends what is in the outbox; it stays there until it comes back, so that each push is also a retry. */
  push(): void {
    if (!this.isIn) return;
    const { access, position } = this.state;
    for (const { outgoing } of this.outbox) {
      const counter = this.#relay.find(this.side, access.logId)?.counter ?? 0;
      const rotation = outgoing.rotateTo && ([outgoing.rotateTo, counter, position.seq] as const);
      const result = this.#relay.append(this.side, access.logId, this.writeKey, outgoing, rotation);
      if (result !== "taken") return;
    }
  }

  /** Holds what it has read against the log that there is now; what stands only in the other is said anew. */
  rewind(): void {
    if (!this.isIn) return;
    const { access, position } = this.state;
    const entries = this.#relay.find(this.side, access.logId)?.entries ?? [];
    this.device.state = rewound(this.device.context, this.state, entries);
    const { seq: common } = this.state.position;
    if (common === position.seq) return;
    const lost = this.#said.filter(({ seq, sent }) => {
      return seq > common && !entries.some(({ entryId }) => equalBytes(entryId, sent.outgoing.entryId));
    });
    this.#said = this.#said.filter((one) => !lost.includes(one));
    this.texts.push(...lost.flatMap(({ sent }) => sent.text ?? []));
  }

  /** The process ends, and starts again with what is stored. */
  restart(): void {
    if (!this.device.hasState) return;
    const { state } = this.device;
    const { group, past, pending } = state;
    this.device.state = {
      ...decodeDetail(encodeDetail(state)),
      id: state.id,
      heads: new Map(state.heads),
      group: group && decodeGroup(encodeGroup(group)),
      past: past.map((epoch) => decodePastEpoch(encodePastEpoch(epoch))),
      pending: pending && decodePendingChange(encodePendingChange(pending)),
    };
    this.intents = this.intents.map((intent) => encodeIntent(decodeIntent(intent)));
  }

  /** Asks to be brought in anew, and takes nothing in until it is. */
  askBack(helpers: readonly Client[]): void {
    if (!this.device.isMember) return;
    if (!this.device.isListed) {
      // Its account has revoked it: nobody would bring it in.
      this.device.state = { ...this.state, group: undefined };
      return;
    }
    this.isComingBack = true;
    this.#sealAnew();
    this.#returns += 1;
    // A welcome to an older request may be overtaken by the commit for this one.
    this.device.keyPackages.length = 0;
    const invited = this.device.invite({ groupId: this.state.id, number: this.#returns });
    for (const helper of helpers) helper.wish({ kind: "rejoin", invited });
  }

  get isQuiet(): boolean {
    return this.outbox.length + this.intents.length + this.texts.length + this.inbox.length === 0 && !this.wantsOut;
  }
}

/** What an entry was, in words that are the same for all who take it for the same. */
function describe({ account }: Device, { taken }: TakenEntry, sent: readonly Sent[], entryId: Uint8Array): string {
  switch (taken.kind) {
    case "message":
      return `message ${bytesKey(taken.from.accountId)} ${decoder.decode(taken.content)}`;
    case "own-message": {
      const own = sent.find(({ outgoing }) => equalBytes(outgoing.entryId, entryId));
      return `message ${bytesKey(account.id)} ${own?.text}`;
    }
    case "leaving":
      return `leaving ${bytesKey(taken.from.deviceId)}`;
    case "commit":
      return "commit";
    case "ignored":
      return "ignored";
  }
}
