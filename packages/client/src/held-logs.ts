import {
  backAt,
  type ConversationContext,
  type ConversationState,
  compareFrom,
  compareLog,
  logStart,
  type Position,
  placeOf,
} from "@redoubt/conversation";
import type { Store } from "@redoubt/store";
import type { Session } from "@redoubt/transport";
import type { AnonymousOp } from "@redoubt/wire";
import { addErrand } from "./errands.js";
import { hex } from "./hex.js";
import type { OwnDevice } from "./own-device.js";
import type { StoredConversations } from "./stored-conversations.js";

type LogSession = Session<AnonymousOp>;

export interface HeldLogPorts {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly conversations: StoredConversations;
  readonly own: OwnDevice;
  /** Asks the relay that keeps a conversation's log. */
  readonly ask: <T>(id: Uint8Array, work: (session: LogSession) => Promise<T>) => Promise<T>;
  readonly unwatch: (id: Uint8Array) => void;
  /** Takes a conversation's log in from where it stands now, and sends what waits. */
  readonly goOn: (id: Uint8Array) => void;
}

/** Entries that are asked for at once. */
const perPage = 100;

/** How often one run goes back in a conversation: a relay that always shows other logs gets no more from it. */
const mostTimes = 16;

/**
 * Holds what we have read of a log against the log as the relay gives it now, when something says that it is another one:
 * it goes on behind what we know, others have read something else, or it is gone. Then we go back to the last entry that
 * both have and read on from there. A relay that was restored from a backup is met like one that lies.
 *
 * What was read stays read. Own messages that came after that entry are sealed anew: whoever has them knows them by
 * their ids.
 */
export class HeldLogs {
  readonly #ports: HeldLogPorts;
  readonly #busy = new Set<string>();
  readonly #times = new Map<string, number>();
  #isClosed = false;

  constructor(ports: HeldLogPorts) {
    this.#ports = ports;
  }

  /** Whether nothing is being held against its log. */
  get isIdle(): boolean {
    return this.#busy.size === 0;
  }

  close(): void {
    this.#isClosed = true;
  }

  /** Never rejects: where the relay cannot be asked, the next sign is as good as this one. */
  async hold(id: Uint8Array): Promise<void> {
    const key = hex(id);
    const { store, unwatch, goOn, ask } = this.#ports;
    const times = this.#times.get(key) ?? 0;
    if (this.#busy.has(key) || times >= mostTimes || !this.#isHeld(id)) return;
    this.#times.set(key, times + 1);
    this.#busy.add(key);
    unwatch(id);
    try {
      await ask(id, (session) => this.#hold(session, id));
    } catch {
      // Offline, or refused.
    } finally {
      this.#busy.delete(key);
    }
    if (!this.#isClosed && store.rejoins.get(id) === undefined) goOn(id);
  }

  /** The relay has lost the log. Whoever holds the owner's key creates it again; the others wait for that. */
  beginAgain(id: Uint8Array): void {
    const { store, conversations } = this.#ports;
    if (!this.#isHeld(id)) return;
    const before = conversations.get(id);
    if (before.position.seq !== logStart.seq) goBack(this.#ports, before, backAt(before, logStart));
    if (before.access.ownerSeed !== undefined) addErrand(store, { kind: "create-log", conversation: id });
  }

  async #hold(session: LogSession, id: Uint8Array): Promise<void> {
    const { conversations } = this.#ports;
    const common = await this.#lastCommon(session, conversations.get(id));
    if (common === undefined || !this.#isHeld(id)) return;
    // The state of now: while we asked, something may have been sealed, and no key is used twice.
    const now = conversations.get(id);
    const held = backAt(now, common);
    if (held !== now) goBack(this.#ports, now, held);
  }

  /**
   * From what we remember of the log. Where nothing behind that is common, the log from its start alone can tell: we may
   * have come in by one that was given up.
   */
  async #lastCommon(session: LogSession, state: ConversationState): Promise<Position | undefined> {
    const oldest = Math.min(state.position.seq, ...state.heads.keys());
    const head = state.heads.get(oldest);
    if (oldest <= 1 || head === undefined) return this.#compare(session, state, logStart);
    const found = await this.#compare(session, state, { seq: oldest, head });
    if (found !== undefined && found.seq > oldest) return found;
    return (await this.#compare(session, state, logStart)) ?? found;
  }

  /** @returns the last entry that both have; undefined if the log's beginning has expired, so that nobody can tell */
  async #compare(session: LogSession, state: ConversationState, start: Position): Promise<Position | undefined> {
    const { access, heads, position } = state;
    let compared = compareFrom(start);
    while (!compared.isApart && compared.at.seq < position.seq) {
      const next = compared.at.seq + 1;
      const [firstKept, lastSeq, page] = await session.request("read", [access.logId, next, perPage]);
      if (firstKept > next) {
        // What came before has expired.
        const head = heads.get(firstKept - 1);
        if (head === undefined) return undefined;
        compared = compareFrom({ seq: firstKept - 1, head });
        continue;
      }
      // A log that ends before all that we remember of it is taken in from its beginning, if that is there.
      if (page.length === 0) return next === 1 ? logStart : undefined;
      const entries = page.map(([seq, entryId, bytes]) => ({ seq, entryId, bytes }));
      compared = compareLog(this.#ports.context, state, compared, entries);
      if (compared.at.seq >= lastSeq) break;
    }
    return compared.common;
  }

  #isHeld(id: Uint8Array): boolean {
    const { store, conversations } = this.#ports;
    const isMember = store.conversations.get(id)?.state === "active" && conversations.get(id).group !== undefined;
    return isMember && store.rejoins.get(id) === undefined;
  }
}

/** Stores that we are back at an earlier entry. */
function goBack({ store, conversations, own }: HeldLogPorts, before: ConversationState, held: ConversationState): void {
  const { id, position } = before;
  // Places in the conversation go on from the last that there is.
  const after = { ...held, placeOffset: placeOf(before, position.seq) - held.position.seq };
  store.transaction(() => {
    conversations.goBack(before, after);
    store.messages.unplace(id, placeOf(before, held.position.seq), own.device.deviceId);
    for (const entry of store.outbox.list(id)) {
      // What carries a message is sealed anew with the others; what does not may stand in the log, and is the same again.
      if (entry.messageId !== undefined) store.outbox.delete(entry.position);
      else if (entry.state === "sent") store.outbox.setState(entry.position, "queued");
    }
  });
  conversations.keep(after);
}
