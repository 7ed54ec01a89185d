import { concatBytes, utf8 } from "@redoubt/base";
import { type ConversationContext, type ConversationState, keyPairOfSeed } from "@redoubt/conversation";
import type { QueuedEntry, Store } from "@redoubt/store";
import { RelayError, type Session } from "@redoubt/transport";
import { type AnonymousOp, domains } from "@redoubt/wire";
import type { StoredConversations } from "./stored-conversations.js";

/** What an outbox entry is: the first of a log that is still to be created, or one more. */
export const outboxKind = { opening: "opening", entry: "entry" } as const;

/** Creates the log of a conversation that we open. The same call again does no harm. */
async function createLog(context: ConversationContext, session: Session<AnonymousOp>, { access }: ConversationState) {
  const writeKey = keyPairOfSeed(context, access.writeSeed).publicKey;
  const ownerKey = keyPairOfSeed(context, access.ownerSeed).publicKey;
  await session.request("create-log", [access.logId, writeKey, ownerKey, await session.stamp(access.logId)]);
}

/** Proves to a connection that we may write. */
async function proveWriter(context: ConversationContext, session: Session<AnonymousOp>, { access }: ConversationState) {
  const message = concatBytes(utf8(domains.prove), session.nonce, access.logId);
  const { privateKey } = keyPairOfSeed(context, access.writeSeed);
  const signature = context.provider.signatures.Ed25519.sign(privateKey, message);
  privateKey.fill(0);
  await session.request("prove", [access.logId, signature]);
}

/**
 * Sends what waits in the queues of conversations: one queue each, in order, the same bytes under the same id until
 * the relay has acknowledged them. One of these for each connection.
 */
export class OutboxRunner {
  readonly #proved = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(
    private readonly ports: {
      readonly context: ConversationContext;
      readonly store: Store;
      readonly conversations: StoredConversations;
      /** An entry was acknowledged; that is stored. */
      readonly acknowledged: (entry: QueuedEntry) => void;
      /** An entry was refused for good; that is stored. */
      readonly refused: (entry: QueuedEntry, error: RelayError) => void;
    },
    private readonly session: Session<AnonymousOp>,
  ) {}

  /** Sends a conversation's queue. Ends when it is empty. @throws TransportError, or a RelayError that may pass */
  run(id: Uint8Array): Promise<void> {
    const key = id.join();
    const running = this.#running.get(key);
    // Whatever was queued since the last look is sent by a run that follows.
    const next = (running ?? Promise.resolve()).then(() => this.#drain(id));
    this.#running.set(
      key,
      next.catch(() => {}),
    );
    return next;
  }

  async #drain(id: Uint8Array): Promise<void> {
    const { store } = this.ports;
    for (let entry = store.outbox.next(id); entry !== undefined; entry = store.outbox.next(id)) {
      try {
        await this.#append(id, entry);
      } catch (error) {
        if (!(error instanceof RelayError) || error.retry) throw error;
        this.#fail(entry, error);
        continue;
      }
      this.#acknowledge(entry);
      this.ports.acknowledged(entry);
    }
  }

  async #append(id: Uint8Array, entry: QueuedEntry): Promise<void> {
    const { context, conversations } = this.ports;
    const state = conversations.get(id);
    const key = id.join();
    if (!this.#proved.has(key)) {
      if (entry.kind === outboxKind.opening) await createLog(context, this.session, state);
      await proveWriter(context, this.session, state);
      this.#proved.add(key);
    }
    await this.session.request("append", [state.access.logId, entry.entryId, entry.bytes, null]);
  }

  /** Unless it has come back by the log before the answer did. */
  #acknowledge(entry: QueuedEntry): void {
    const { store } = this.ports;
    store.transaction(() => {
      if (store.outbox.byEntryId(entry.entryId) === undefined) return;
      store.outbox.setState(entry.position, "sent");
      if (entry.messageId !== undefined) store.messages.setState(entry.messageId, "sent");
    });
  }

  /** Keeps what the person wrote, with the reason, and takes it out of the queue. */
  #fail(entry: QueuedEntry, error: RelayError): void {
    const { store, refused } = this.ports;
    store.transaction(() => {
      if (entry.messageId !== undefined) store.messages.setState(entry.messageId, "failed", error.code);
      store.outbox.delete(entry.position);
    });
    refused(entry, error);
  }
}
