import { decodeCbor, encodeCbor } from "@redoubt/base";
import {
  type ConversationState,
  messageStatus,
  profileMessage,
  type ReportedStatus,
  rosterOf,
  statusMessage,
} from "@redoubt/conversation";
import type { ConversationSettings, Store } from "@redoubt/store";
import { fromHex, hex } from "../hex.js";
import { outboxKind } from "../outbox.js";
import { readPrivacy } from "./privacy.js";
import { rulesOf } from "./rules.js";
import { queueSignal, type SignalPorts } from "./signals.js";

const profileVersionKey = "profile/version";

/** How often our profile was changed. */
export function profileVersion(store: Store): number {
  const stored = store.meta.get(profileVersionKey);
  const value = stored && decodeCbor(stored);
  return typeof value === "number" ? value : 0;
}

export function setProfileVersion(store: Store, version: number): void {
  store.meta.set(profileVersionKey, encodeCbor(version));
}

/** Devices of a group up to which a newcomer is told all profiles: in a larger one each shows when it changes next. */
const mostRetold = 50;

/** Newcomers do not know our profile yet. */
export function retellProfile(store: Store, { id, group }: ConversationState): void {
  const devices = group === undefined ? 0 : rosterOf(group.epoch.tree).leaves.length;
  if (devices <= mostRetold) store.settings.set(id, { profileTold: 0 });
}

/** What was sealed to be told and is taken back is told again. Call it before the queue is cleared. */
export function retellUnsent(store: Store, id: Uint8Array): void {
  const isUnsent = store.outbox
    .list(id)
    .some(({ kind, messageId }) => kind === outboxKind.entry && messageId === undefined);
  if (isUnsent) store.settings.set(id, { deliveredTold: 0, readTold: 0, profileTold: 0 });
}

/**
 * Tells the members of conversations what they are to know without anybody saying it: what we have got and read, and
 * our profile. One report for everything that came in a burst: nothing is told before all of it is taken in. How far
 * the others were told is stored with the sealed report, so that none is sent twice and none is left out.
 */
export class Tellings {
  readonly #ports: SignalPorts;
  readonly #send: (conversation: Uint8Array) => void;
  /** Conversations in which there may be something to tell. */
  readonly #due: Set<string>;

  /** @param send sends what waits in a conversation */
  constructor(ports: SignalPorts, send: (conversation: Uint8Array) => void) {
    this.#ports = ports;
    this.#send = send;
    this.#due = new Set(ports.store.settings.untold(profileVersion(ports.store)).map(hex));
  }

  /** Something has come, was read or was changed. */
  note(conversation: Uint8Array): void {
    this.#due.add(hex(conversation));
  }

  noteAll(): void {
    for (const id of this.#ports.store.settings.untold(profileVersion(this.#ports.store))) this.note(id);
  }

  /** Tells what is due, once there is nothing more to take in. */
  flush(isCaughtUp: () => boolean): void {
    if (this.#due.size === 0 || !isCaughtUp()) return;
    for (const key of [...this.#due]) {
      if (this.#tell(fromHex(key) as Uint8Array)) this.#due.delete(key);
    }
  }

  /** @returns false to be asked again */
  #tell(id: Uint8Array): boolean {
    const { store } = this.#ports;
    const conversation = store.conversations.get(id);
    if (conversation?.state !== "active") return true;
    const settings = store.settings.get(id);
    const { receipts, mayPost } = rulesOf(this.#ports, conversation);
    const isTold = this.#tellReceipts(id, settings, receipts && readPrivacy(store).receipts);
    return isTold && (!mayPost || this.#tellProfile(id, settings));
  }

  #tellReceipts(id: Uint8Array, settings: ConversationSettings, isAllowed: boolean): boolean {
    const { store, context } = this.#ports;
    const received = store.messages.lastReceived(id);
    const read = store.messages.lastReceived(id, settings.readUpTo);
    const isNews = (message: typeof read, told: number) => message?.seq !== undefined && message.seq > told;
    const statuses: ReportedStatus[] = [];
    const isRead = isNews(read, settings.readTold);
    if (read !== undefined && isRead) statuses.push({ message: read.id, status: messageStatus.read });
    if (received !== undefined && isNews(received, Math.max(settings.deliveredTold, isRead ? (read?.seq ?? 0) : 0))) {
      statuses.push({ message: received.id, status: messageStatus.delivered });
    }
    const told = {
      deliveredTold: Math.max(settings.deliveredTold, received?.seq ?? 0),
      readTold: Math.max(settings.readTold, read?.seq ?? 0),
    };
    // What is not to be told now is not told later either.
    if (!isAllowed || statuses.length === 0) {
      store.settings.set(id, told);
      return true;
    }
    const report = statusMessage(context.random, statuses);
    if (!queueSignal(this.#ports, id, report, () => store.settings.set(id, told))) return false;
    this.#send(id);
    return true;
  }

  #tellProfile(id: Uint8Array, { profileTold }: ConversationSettings): boolean {
    const { store, context } = this.#ports;
    const version = profileVersion(store);
    const own = store.account.get();
    const profile = own && store.profiles.get(own.accountId);
    if (profile === undefined || profileTold >= version) return true;
    const note = () => store.settings.set(id, { profileTold: version });
    if (!queueSignal(this.#ports, id, profileMessage(context.random, profile), note)) return false;
    this.#send(id);
    return true;
  }
}
