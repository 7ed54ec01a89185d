import { bytesKey, equalBytes } from "@redoubt/base";
import {
  type ConversationContext,
  type ConversationState,
  isMinority,
  type RosterLeaf,
  rejoinExtension,
  rejoinNumberOf,
  rosterOf,
  standingOf,
} from "@redoubt/conversation";
import { generateKeyPackage } from "@redoubt/mls";
import type { Store } from "@redoubt/store";
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
  | "minority";

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
} as const satisfies Record<Trouble, "compare" | "rejoin">;

/** Devices that one asks, at random if there are more. */
const mostAsked = 100;

export interface RecoveryPorts {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly conversations: StoredConversations;
  readonly own: OwnDevice;
  readonly now: () => number;
  /** There are new errands. */
  readonly errands: () => void;
  /** This device has asked to be brought in anew. */
  readonly rejoining: (id: Uint8Array, trouble: Trouble) => void;
}

/** Finds the way back into a conversation. */
export class Recovery {
  readonly #ports: RecoveryPorts;
  /** The state in which one has compared, by conversation: once is enough. */
  readonly #compared = new Map<string, string>();

  constructor(ports: RecoveryPorts) {
    this.#ports = ports;
  }

  /** Does what the table says. */
  meet(id: Uint8Array, trouble: Trouble): void {
    const state = this.#ports.conversations.get(id);
    if (state.group === undefined || this.#ports.store.rejoins.get(id) !== undefined) return;
    if (remedies[trouble] === "compare") this.#compare(state);
    else this.#rejoin(state, trouble);
  }

  /** Another device has said how it stands. */
  reconsider(id: Uint8Array): void {
    const { store, conversations } = this.#ports;
    const state = conversations.get(id);
    const own = standingOf(state);
    if (own === undefined || store.rejoins.get(id) !== undefined) return;
    const reports = new Map(store.standings.list(id).map((report) => [bytesKey(report.device), report]));
    const devices = Math.min(othersOf(state).length, mostAsked) + 1;
    if (isMinority(state, reports, devices)) this.meet(id, "minority");
    else if ([...reports.values()].every((report) => equalBytes(report.transcript, own.transcript))) {
      if (reports.size + 1 >= devices) store.standings.clear(id);
    }
  }

  #compare(state: ConversationState): void {
    const { store } = this.#ports;
    const { id } = state;
    const at = bytesKey(standingOf(state)?.transcript ?? id);
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
    const { context, store, own, now, errands, rejoining } = this.#ports;
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
    const helpers = sample(this.#helpers(state), mostAsked, context);
    store.transaction(() => {
      const reference = keepKeyPackage(context, store, made);
      store.rejoins.set({ conversation: id, keyPackage: reference, reason: trouble, afterSeq: state.position.seq });
      for (const { member } of helpers) {
        const to = { account: member.accountId, device: member.deviceId };
        addErrand(store, letterErrand(to, { kind: "rejoin", conversation: id, keyPackage: made.keyPackage }));
      }
      store.standings.clear(id);
    });
    rejoining(id, trouble);
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
