import { concatBytes, equalBytes, utf8 } from "@redoubt/base";
import { type ConversationContext, type ConversationState, keyPairOfSeed, logStart } from "@redoubt/conversation";
import type { QueuedEntry, Store } from "@redoubt/store";
import { RelayError, type Schedule, type Session } from "@redoubt/transport";
import { type AnonymousOp, domains } from "@redoubt/wire";
import { hex } from "./hex.js";
import { createLog, resetWriteKey } from "./log-keys.js";
import type { StoredConversations } from "./stored-conversations.js";

/** What an outbox entry is: the first of a log that is still to be created, a commit, a farewell, or a message. */
export const outboxKind = { opening: "opening", commit: "commit", leaving: "leaving", entry: "entry" } as const;

export interface OutboxPorts {
  /** Origin of the relay that the queues are sent to. */
  readonly relay: string;
  readonly context: ConversationContext;
  readonly store: Store;
  readonly conversations: StoredConversations;
  /** An entry was acknowledged; that is stored. */
  readonly acknowledged: (entry: QueuedEntry) => void;
  /** An entry was refused for good; that is stored. */
  readonly refused: (entry: QueuedEntry, error: RelayError) => void;
  /** Someone has changed the log's write key to one that members do not have. @param isMended whether we changed it back */
  readonly stolen: (id: Uint8Array, isMended: boolean) => void;
  /** A queue has come to rest, whether it is empty or not. */
  readonly rested: () => void;
  readonly schedule: Schedule;
}

/** What a connection has proved of a log. */
interface Proof {
  readonly writeSeed: Uint8Array;
  readonly counter: number;
}

/** Seconds until a queue is tried again where the relay named no time. */
const pause = 5;

/** How often an append is tried that the relay refuses although we have seen the whole log. */
const mostTries = 5;

/** How often one connection takes a stolen write key back: whoever steals it again has to be removed. */
const mostResets = 5;

/**
 * Sends what waits in the queues of conversations: one queue each, in order, the same bytes under the same id until
 * the relay has acknowledged them. One of these for each connection.
 *
 * What the relay refuses because the log has gone on without us is no failure: the queue rests until we have caught up,
 * for `run` is called with every entry that is taken in.
 */
export class OutboxRunner {
  readonly #ports: OutboxPorts;
  readonly #session: Session<AnonymousOp>;
  readonly #proofs = new Map<string, Proof>();
  readonly #resets = new Map<string, number>();
  readonly #running = new Set<string>();
  readonly #again = new Set<string>();

  constructor(ports: OutboxPorts, session: Session<AnonymousOp>) {
    this.#ports = ports;
    this.#session = session;
  }

  /** Sends a conversation's queue, and what is queued meanwhile. */
  run(id: Uint8Array): void {
    const key = hex(id);
    if (this.#running.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#running.add(key);
    this.#drain(id)
      .catch((error: unknown) => {
        // Where the connection is over, the next one goes on.
        if (error instanceof RelayError) this.#ports.schedule((error.retryAfter ?? pause) * 1_000, () => this.run(id));
      })
      .finally(() => {
        this.#ports.rested();
        this.#running.delete(key);
        if (this.#again.delete(key)) this.run(id);
      });
  }

  async #drain(id: Uint8Array): Promise<void> {
    const { store, conversations, relay } = this.#ports;
    for (let entry = store.outbox.next(id); entry !== undefined; entry = store.outbox.next(id)) {
      // The conversation may move to another relay while its queue is sent.
      const { access, position } = conversations.get(id);
      if (access.relay !== relay) return;
      try {
        if (!(await this.#append(id, entry))) return;
      } catch (error) {
        if (!(error instanceof RelayError) || error.retry) throw error;
        // What was queued for one log is taken back when the conversation goes on in another.
        if (store.outbox.byEntryId(entry.entryId) === undefined) continue;
        // A log that nobody has seen yet: whoever moves the conversation is about to create it.
        if (error.code === "unknown-log" && position.seq === logStart.seq) throw error;
        this.#fail(entry, error);
        continue;
      }
      this.#acknowledge(entry);
      this.#ports.acknowledged(entry);
    }
  }

  /** @returns false if the log has gone on, so that we must catch up first */
  async #append(id: Uint8Array, entry: QueuedEntry): Promise<boolean> {
    const { conversations } = this.#ports;
    for (let tries = 0; tries < mostTries; tries++) {
      const proof = await this.#prove(id, entry.kind === outboxKind.opening);
      if (proof === undefined) return false;
      // Meanwhile it may have come back, or have lost against another commit.
      if (this.#ports.store.outbox.byEntryId(entry.entryId) === undefined) return true;
      const { access, position } = conversations.get(id);
      const rotation = entry.rotateTo && ([entry.rotateTo, proof.counter, true, position.seq] as const);
      try {
        await this.#session.request("append", [
          access.logId,
          entry.entryId,
          entry.bytes,
          rotation ? [...rotation] : null,
        ]);
        return true;
      } catch (error) {
        const code = error instanceof RelayError ? error.code : undefined;
        if (code !== "not-proved" && code !== "rotation-conflict") throw error;
        this.#proofs.delete(hex(id));
        if (code === "rotation-conflict" && (await this.#isBehind(id))) return false;
      }
    }
    return false;
  }

  /** Proves the write key that we have, unless this connection has. @returns undefined while it is not the log's */
  async #prove(id: Uint8Array, isOpening: boolean): Promise<Proof | undefined> {
    const { context, conversations } = this.#ports;
    const state = conversations.get(id);
    const { writeSeed } = state.access;
    const known = this.#proofs.get(hex(id));
    if (known !== undefined && equalBytes(known.writeSeed, writeSeed)) return known;
    if (isOpening) await createLog(context, this.#session, state.access);
    try {
      const counter = await this.#proveWriter(state);
      const proof = { writeSeed, counter };
      this.#proofs.set(hex(id), proof);
      return proof;
    } catch (error) {
      if (!(error instanceof RelayError) || error.code !== "bad-signature") throw error;
    }
    if (await this.#isBehind(id)) return undefined;
    const { access, group } = conversations.get(id);
    // Whoever was put out meanwhile has no key to miss.
    if (group === undefined) return undefined;
    if (!equalBytes(access.writeSeed, writeSeed)) return this.#prove(id, false);
    return (await this.#takeBack(id, state)) ? this.#prove(id, false) : undefined;
  }

  async #proveWriter({ access }: ConversationState): Promise<number> {
    const { context } = this.#ports;
    const message = concatBytes(utf8(domains.prove), this.#session.nonce, access.logId);
    const { privateKey } = keyPairOfSeed(context, access.writeSeed);
    const signature = context.provider.signatures.Ed25519.sign(privateKey, message);
    privateKey.fill(0);
    const [counter] = await this.#session.request("prove", [access.logId, signature]);
    return counter;
  }

  /** Whether the log has entries that we have not taken in. */
  async #isBehind(id: Uint8Array): Promise<boolean> {
    const { conversations } = this.#ports;
    const { logId } = conversations.get(id).access;
    const [, lastSeq] = await this.#session.request("read", [logId, Number.MAX_SAFE_INTEGER, 1]);
    return conversations.get(id).position.seq < lastSeq;
  }

  /** We have seen everything, and our key is not the log's: a member has turned it to one of its own. */
  async #takeBack(id: Uint8Array, { access }: ConversationState): Promise<boolean> {
    const resets = this.#resets.get(hex(id)) ?? 0;
    const mayReset = access.ownerSeed !== undefined && resets < mostResets;
    this.#resets.set(hex(id), resets + 1);
    if (mayReset) await resetWriteKey(this.#ports.context, this.#session, access);
    this.#ports.stolen(id, mayReset);
    return mayReset;
  }

  /** Unless it has come back by the log before the answer did. */
  #acknowledge(entry: QueuedEntry): void {
    const { store } = this.#ports;
    store.transaction(() => {
      if (store.outbox.byEntryId(entry.entryId) === undefined) return;
      store.outbox.setState(entry.position, "sent");
      if (entry.messageId !== undefined) store.messages.setState(entry.messageId, "sent");
    });
  }

  /** Keeps what the person wrote, with the reason, and takes it out of the queue. */
  #fail(entry: QueuedEntry, error: RelayError): void {
    const { store, refused } = this.#ports;
    store.transaction(() => {
      if (store.outbox.byEntryId(entry.entryId) === undefined) return;
      if (entry.messageId !== undefined) store.messages.setState(entry.messageId, "failed", error.code);
      store.outbox.delete(entry.position);
    });
    refused(entry, error);
  }
}
