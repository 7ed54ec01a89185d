import { bytesKey, equalBytes } from "@redoubt/base";
import {
  type ConversationContext,
  type ConversationState,
  decodeIntent,
  isAnyApart,
  isMinority,
  mustGoOn,
  type RosterLeaf,
  rejoinExtension,
  rejoinNumberOf,
  rosterOf,
  standingOf,
} from "@redoubt/conversation";
import { generateKeyPackage } from "@redoubt/mls";
import type { Store } from "@redoubt/store";
import type { Schedule } from "@redoubt/transport";
import type { Changes } from "./changes.js";
import { addErrand, letterErrand } from "./errands.js";
import { hex } from "./hex.js";
import { keepKeyPackage, keyPackageLifetime } from "./key-packages.js";
import { mlsIdentity, type OwnDevice } from "./own-device.js";
import type { StoredConversations } from "./stored-conversations.js";

/** What can go wrong with a conversation, beyond what sending again mends. */
export type Trouble =
  /** Entries expired before we read them. */
  | "gap"
  /** Somebody claims to be in an epoch that we cannot follow into. */
  | "left-behind"
  /** A member has proved that it saw another log. */
  | "forked"
  /** More members stand together elsewhere. */
  | "minority"
  /** Others have gone on with the key to the log, by a commit that we cannot follow. */
  | "shut-out";

/**
 * What is done about it, once for every state that we are in.
 *
 * `compare`: all members' devices are told how we stand and asked for the same, because a claim alone proves nothing.
 * `rejoin`: members are asked to bring this device in anew, and nothing of the conversation is taken in until they have.
 */
const remedies = {
  gap: "rejoin",
  "left-behind": "compare",
  forked: "compare",
  minority: "rejoin",
  "shut-out": "rejoin",
} as const satisfies Record<Trouble, "compare" | "rejoin">;

/** Devices that one asks, at random if there are more. */
const mostAsked = 100;

/** Devices that one asks again: each letter costs its reader a key package. */
const mostAskedAgain = 10;

/** Milliseconds until one asks to come back again, after the first time; twice as long after each further one. */
const firstPause = 60_000;
/** Milliseconds between two times that one asks, at most. */
const longestPause = 6 * 3600_000;

export interface RecoveryPorts {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly conversations: StoredConversations;
  readonly own: OwnDevice;
  readonly now: () => number;
  readonly schedule: Schedule;
  readonly changes: Changes;
  /** Whether all that the relays have for us is taken in: who is behind cannot compare. */
  readonly isCaughtUp: () => boolean;
  /** There are new errands. */
  readonly errands: () => void;
  /** This device has asked to be brought in anew. */
  readonly rejoining: (id: Uint8Array, trouble: Trouble) => void;
  /** Sends what waits in a conversation. */
  readonly send: (id: Uint8Array) => void;
}

/** Finds the way back into a conversation. */
export class Recovery {
  readonly #ports: RecoveryPorts;
  /** The state in which one has compared, by conversation: once is enough. */
  readonly #compared = new Map<string, string>();
  /** Conversations to compare once we have caught up. */
  readonly #postponed = new Map<string, Uint8Array>();
  /** The state in which the log's key was found to be another than ours, by conversation. */
  readonly #shutOut = new Map<string, string>();
  readonly #timers = new Map<string, () => void>();

  constructor(ports: RecoveryPorts) {
    this.#ports = ports;
  }

  /** Takes up what an earlier run has asked for. */
  resume(): void {
    for (const { conversation } of this.#ports.store.rejoins.list()) this.#askAgainLater(conversation);
  }

  close(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  /** Whether something is to be compared once we have caught up. */
  get isWaiting(): boolean {
    return this.#postponed.size > 0;
  }

  /** We have caught up. */
  caughtUp(): void {
    const postponed = [...this.#postponed.values()];
    this.#postponed.clear();
    for (const id of postponed) this.reconsider(id);
  }

  /** Another than us holds the key to the log, and it is not for us to take it back. */
  shutOut(id: Uint8Array): void {
    this.#shutOut.set(hex(id), placeIn(this.#ports.conversations.get(id)));
    this.reconsider(id);
  }

  /** Does what the table says. */
  meet(id: Uint8Array, trouble: Trouble): void {
    const state = this.#ports.conversations.get(id);
    if (state.group === undefined || this.#ports.store.rejoins.get(id) !== undefined) return;
    if (remedies[trouble] === "compare") this.#compare(state);
    else this.#rejoin(state, trouble);
  }

  /** We have moved the conversation: who could not follow stays where nobody hears them, and is asked therefore. */
  moved(id: Uint8Array): void {
    const { conversations, store } = this.#ports;
    const state = conversations.get(id);
    if (state.group !== undefined && store.rejoins.get(id) === undefined) this.#compare(state);
  }

  /** Another device has said how it stands. */
  reconsider(id: Uint8Array): void {
    const { store, conversations } = this.#ports;
    const state = conversations.get(id);
    const own = standingOf(state);
    if (own === undefined || store.rejoins.get(id) !== undefined) return;
    if (!this.#ports.isCaughtUp()) {
      this.#postponed.set(hex(id), id);
      return;
    }
    const reports = new Map(store.standings.list(id).map((report) => [bytesKey(report.device), report]));
    const devices = Math.min(othersOf(state).length, mostAsked) + 1;
    if (isMinority(state, reports, devices)) this.meet(id, "minority");
    // One word alone moves nobody.
    else if ((reports.size + 1) * 2 > devices && mustGoOn(state, reports)) this.#goOn(state);
    else if (isAnyApart(state, reports)) this.#compare(state);
    else if ([...reports.values()].every((report) => equalBytes(report.transcript, own.transcript))) {
      if (reports.size + 1 >= devices) store.standings.clear(id);
    }
  }

  /** Others have followed a commit that we cannot follow, and see by a commit of ours alone that we are not just behind. */
  #goOn(state: ConversationState): void {
    const { store, changes, send } = this.#ports;
    const { id, group } = state;
    const leaf = group?.epoch.tree.leaf(group.epoch.ownLeaf);
    if (this.#shutOut.get(hex(id)) === placeIn(state)) return this.meet(id, "shut-out");
    const isWanted = store.commits.intents(id).some(({ value }) => decodeIntent(value).kind === "renew");
    if (leaf === undefined || isWanted) return;
    changes.add(id, { kind: "renew", replaces: leaf.encryptionKey });
    send(id);
  }

  #compare(state: ConversationState): void {
    const { store } = this.#ports;
    const { id } = state;
    const at = placeIn(state);
    if (this.#compared.get(hex(id)) === at) return;
    this.#compared.set(hex(id), at);
    store.transaction(() => {
      store.standings.clear(id);
      for (const { member } of sample(othersOf(state), mostAsked, this.#ports.context)) {
        const to = { account: member.accountId, device: member.deviceId };
        addErrand(store, { kind: "standing", to, conversation: id, wantsAnswer: true });
      }
    });
    this.#ports.errands();
  }

  #rejoin(state: ConversationState, trouble: Trouble): void {
    const { rejoining } = this.#ports;
    this.#ask(state, trouble, mostAsked);
    rejoining(state.id, trouble);
  }

  /** Nobody answers for ever: members may have lost the letter, or be away longer than the relay keeps it. */
  #askAgainLater(id: Uint8Array): void {
    const { store, schedule, now, conversations } = this.#ports;
    const asked = store.rejoins.get(id);
    if (asked === undefined) return;
    const pause = Math.min(firstPause * 2 ** (asked.times - 1), longestPause);
    const wait = Math.min(Math.max(asked.askedAt + pause - now(), 0), pause);
    this.#timers.get(hex(id))?.();
    const again = () => {
      const still = store.rejoins.get(id);
      const state = conversations.get(id);
      if (still === undefined || state.group === undefined) return;
      // What has not reached the relay yet is not asked twice.
      if (store.errands.list().some(({ kind }) => kind === "letter")) this.#timers.set(hex(id), schedule(pause, again));
      else this.#ask(state, still.reason, mostAskedAgain);
    };
    this.#timers.set(hex(id), schedule(wait, again));
  }

  #ask(state: ConversationState, reason: string, most: number): void {
    const { context, store, own, now, errands } = this.#ports;
    const { id } = state;
    const identity = mlsIdentity(own);
    // Each request has a number of its own: a clock that went back must not make it an old one.
    const request = rejoinExtension(id, Math.max(now(), rejoinNumberOf(state) + 1));
    const leafExtensions = [...(identity.leafExtensions ?? []), request];
    const made = generateKeyPackage(
      context.mls,
      { ...identity, leafExtensions },
      { lifetime: keyPackageLifetime(now()) },
    );
    const helpers = sample(this.#helpers(state), most, context);
    store.transaction(() => {
      const reference = keepKeyPackage(context, store, made);
      store.rejoins.set({
        conversation: id,
        keyPackage: reference,
        reason,
        afterSeq: state.position.seq,
        askedAt: now(),
      });
      for (const { member } of helpers) {
        const to = { account: member.accountId, device: member.deviceId };
        addErrand(store, letterErrand(to, { kind: "rejoin", conversation: id, keyPackage: made.keyPackage }));
      }
      store.standings.clear(id);
    });
    this.#askAgainLater(id);
    errands();
  }

  /** Who is asked: all others; after a comparison those who do not stand where we do. */
  #helpers(state: ConversationState): readonly RosterLeaf[] {
    const own = standingOf(state);
    const reports = this.#ports.store.standings.list(state.id);
    const elsewhere = othersOf(state).filter(({ leaf }) => {
      const report = reports.find(({ device }) => equalBytes(device, leaf.signatureKey));
      return report !== undefined && own !== undefined && !equalBytes(report.transcript, own.transcript);
    });
    return elsewhere.length > 0 ? elsewhere : othersOf(state);
  }
}

/** The state's epoch, in one word. */
function placeIn(state: ConversationState): string {
  return bytesKey(standingOf(state)?.transcript ?? state.id);
}

function othersOf({ group }: ConversationState): readonly RosterLeaf[] {
  if (group === undefined) return [];
  return rosterOf(group.epoch.tree).leaves.filter(({ leafIndex }) => leafIndex !== group.epoch.ownLeaf);
}

function sample<T>(all: readonly T[], most: number, { random }: ConversationContext): readonly T[] {
  if (all.length <= most) return all;
  const drawn = all.map((item) => ({ item, key: bytesKey(random(8)) }));
  drawn.sort((a, b) => (a.key < b.key ? -1 : 1));
  return drawn.slice(0, most).map(({ item }) => item);
}
