import { equalBytes } from "@redoubt/base";
import { type ConversationContext, hashingOf, openDirect } from "@redoubt/conversation";
import { safetyNumber } from "@redoubt/identity";
import type { Contact, Store, StoredConversation } from "@redoubt/store";
import type { Transport } from "@redoubt/transport";
import type { Contacts } from "./contacts.js";
import { lookUp, takeKeyPackages } from "./directory.js";
import type { Engine } from "./engine.js";
import { ClientError } from "./error.js";
import { hex } from "./hex.js";
import { keyPackageLifetime } from "./key-packages.js";
import { outboxKind } from "./outbox.js";
import { mlsIdentity, type OwnDevice } from "./own-device.js";
import type { Verification } from "./sdk.js";
import type { StoredConversations } from "./stored-conversations.js";

export interface AcquaintancePorts {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly contacts: Contacts;
  readonly conversations: StoredConversations;
  readonly transport: Transport;
  readonly relay: string;
  readonly own: OwnDevice;
  readonly engine: Engine;
  readonly now: () => number;
}

/** Getting to know people: direct conversations, requests, blocking, and comparing safety numbers. */
export class Acquaintances {
  readonly #ports: AcquaintancePorts;

  constructor(ports: AcquaintancePorts) {
    this.#ports = ports;
  }

  /**
   * The direct conversation with a person, opened if there is none.
   *
   * @param opened is told of one that was opened
   * @throws ClientError `yourself`, `blocked`, `no-devices`, `key-changed`, and what looking up throws
   */
  async directWith(username: string, opened: (id: Uint8Array) => void): Promise<Uint8Array> {
    const { context, store, contacts, conversations, transport, relay, own, engine, now } = this.#ports;
    if (username === own.account.username) throw new ClientError("yourself");
    const known = store.contacts.byUsername(username)[0];
    if (known?.state === "blocked") throw new ClientError("blocked");
    const existing = known && this.find(username);
    if (existing !== undefined) return existing.id;
    const found = await transport.errand((session) => lookUp(context, session, username));
    const invited = await transport.errand((session) => takeKeyPackages(session, found.account));
    if (invited.length === 0) throw new ClientError("no-devices");
    contacts.meet(found.chain, "accepted");
    const { state, entryId, bytes, consumed } = openDirect(context, {
      identity: mlsIdentity(own),
      lifetime: keyPackageLifetime(now()),
      accounts: [own.account.accountId, found.account.accountId],
      relay,
      invited,
      now: BigInt(Math.floor(now() / 1000)),
    });
    // Somebody may have opened one with us meanwhile: it is used then, and nothing of this was sent.
    const meanwhile = this.find(username);
    if (meanwhile !== undefined) return meanwhile.id;
    store.transaction(() => {
      contacts.setState(found.account.accountId, "accepted");
      conversations.insert(state, { kind: "direct", status: "active", title: username });
      store.outbox.add({ conversation: state.id, entryId, bytes, messageId: undefined, kind: outboxKind.opening });
    });
    conversations.keep(state);
    consumed.wipe();
    engine.send(state.id);
    opened(state.id);
    return state.id;
  }

  /** Of two that were opened at once, the one with the lower log id (PROTOCOL: both sides choose the same). */
  find(username: string): StoredConversation | undefined {
    const direct = this.#ports.store.conversations.list().filter(({ kind, title, state }) => {
      return kind === "direct" && title === username && (state === "active" || state === "request");
    });
    return direct.sort((a, b) => (hex(a.logId) < hex(b.logId) ? -1 : 1))[0];
  }

  /** A direct conversation that lost against another with the same person is written to no more: the other one is. */
  writable(asked: StoredConversation): StoredConversation {
    if (asked.kind !== "direct" || asked.state !== "active") return asked;
    return this.find(asked.title) ?? asked;
  }

  accept(conversation: StoredConversation): void {
    const { store, contacts, engine } = this.#ports;
    store.transaction(() => {
      store.conversations.setState(conversation.id, "active");
      for (const account of this.#others(conversation)) contacts.setState(account, "accepted");
    });
    engine.watch({ ...conversation, state: "active" });
  }

  /** Shows nothing more of a conversation and of whom it is about. */
  block(conversation: StoredConversation): void {
    const { store, contacts, engine } = this.#ports;
    store.transaction(() => {
      store.conversations.setState(conversation.id, "blocked");
      for (const account of this.#others(conversation)) contacts.setState(account, "blocked");
    });
    engine.unwatch(conversation.id);
  }

  unblock(username: string): void {
    const { store, contacts, engine } = this.#ports;
    const contact = this.contact(username);
    store.transaction(() => {
      contacts.setState(contact.accountId, "accepted");
      for (const { id, state, kind, title, invitedBy } of store.conversations.list()) {
        // A group is not theirs by being called as they are.
        const isTheirs =
          kind === "group"
            ? invitedBy !== undefined && equalBytes(invitedBy, contact.accountId)
            : title === contact.username;
        if (state === "blocked" && isTheirs) store.conversations.setState(id, "active");
      }
    });
    for (const conversation of store.conversations.list()) engine.watch(conversation);
  }

  /** @throws ClientError `unknown-conversation` for somebody whom we do not know */
  contact(username: string): Contact {
    const contact = this.#ports.store.contacts.byUsername(username)[0];
    if (contact === undefined) throw new ClientError("unknown-conversation", "no contact of this name");
    return contact;
  }

  async verify(username: string, isConfirmed: boolean): Promise<Verification> {
    const { context, store, contacts, transport, own } = this.#ports;
    if (store.contacts.byUsername(username).length === 0) {
      const found = await transport.errand((session) => lookUp(context, session, username));
      contacts.meet(found.chain, "unknown");
    }
    const { accountId } = this.contact(username);
    if (isConfirmed) contacts.confirm(accountId);
    const number = safetyNumber(hashingOf(context.provider), own.account.accountId, accountId);
    return { username, safetyNumber: number, confirmed: this.contact(username).isConfirmed };
  }

  /** Whom accepting or blocking a conversation is about: the other side of a direct one, or who brought us in. */
  #others({ kind, title, invitedBy }: StoredConversation): readonly Uint8Array[] {
    const { store, own } = this.#ports;
    if (kind === "group") return invitedBy === undefined ? [] : [invitedBy];
    const contacts = store.contacts.byUsername(title).map(({ accountId }) => accountId);
    return contacts.filter((account) => !equalBytes(account, own.account.accountId));
  }
}
