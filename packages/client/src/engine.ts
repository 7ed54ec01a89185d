import type { CodedError } from "@redoubt/base";
import {
  type ConversationContext,
  ConversationError,
  decodeDetail,
  type LogEntry,
  type Taken,
} from "@redoubt/conversation";
import type { QueuedEntry, Store, StoredConversation } from "@redoubt/store";
import {
  type Blobs,
  type NamedLink,
  type Schedule,
  type Session,
  type Transport,
  TransportError,
} from "@redoubt/transport";
import type { AnonymousOp, NamedOp } from "@redoubt/wire";
import { Changes } from "./changes.js";
import type { Contacts } from "./contacts.js";
import { runErrands } from "./errands.js";
import { HeldLogs } from "./held-logs.js";
import { hex } from "./hex.js";
import { type Inbound, takeInEntry } from "./inbound.js";
import { type InboxOutcome, takeInItem } from "./inbox.js";
import { publishKeyPackages } from "./key-packages.js";
import type { KeyVerdicts } from "./key-verdict.js";
import { runWelcomeErrand } from "./late-welcomes.js";
import { Leavers } from "./leavers.js";
import { LogLink } from "./log-link.js";
import { outboxKind } from "./outbox.js";
import { type OwnDevice, relayIdentity } from "./own-device.js";
import { runLogErrand } from "./owner-keys.js";
import { Recovery } from "./recovery.js";
import { registerAgain } from "./registration.js";
import { revocationIn } from "./revocations.js";
import { sealWaiting } from "./sealing.js";
import type { StoredConversations } from "./stored-conversations.js";

/** Who is told what the engine did, after it was stored. */
export interface EngineListener {
  inbound(conversation: Uint8Array, inbound: Inbound): void;
  opened(conversation: Uint8Array): void;
  acknowledged(entry: QueuedEntry): void;
  refused(entry: QueuedEntry, error: CodedError): void;
  /** A message of our own waits for another reason than before. */
  waits(messageId: Uint8Array): void;
  alarm(conversation: Uint8Array, kind: string, seq: number): void;
  /** We are back in a conversation. The entries from one number to another were not read, and cannot be. */
  lost(conversation: Uint8Array, from: number, to: number): void;
  connection(state: "connecting" | "online" | "offline"): void;
  /** Something may have become true that somebody waits for. */
  progress(): void;
}

export interface EnginePorts {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly contacts: Contacts;
  readonly verdicts: KeyVerdicts;
  readonly conversations: StoredConversations;
  readonly own: OwnDevice;
  /** To our own relay. */
  readonly transport: Transport;
  /** To another relay, by its origin. */
  readonly connect: (relay: string) => Transport;
  readonly relay: string;
  readonly now: () => number;
  readonly schedule: Schedule;
  readonly listener: EngineListener;
}

interface OpenRelay {
  readonly transport: Transport;
  readonly logs: LogLink;
}

/** How long to wait for a log that is to be created, in milliseconds. */
const logPause = 2_000;

/**
 * Keeps the store and the relays in step: takes in what comes, sends what waits. Everything it does is stored first, so
 * that it may end at any moment and begin again.
 */
export class Engine {
  readonly changes: Changes;
  readonly #ports: EnginePorts;
  readonly #named: NamedLink;
  readonly #recovery: Recovery;
  readonly #relays = new Map<string, OpenRelay>();
  /** How far each watched log is processed, by hexadecimal id. */
  readonly #processed = new Map<string, number>();
  readonly #leavers: Leavers;
  readonly #held: HeldLogs;
  #errands: Promise<void> = Promise.resolve();
  #publishing: Promise<void> | undefined;
  #inboxIsRead = false;
  #hasRegisteredAgain = false;
  #saysStanding = false;
  #isClosed = false;

  constructor(ports: EnginePorts) {
    this.#ports = ports;
    const { transport, context, store, own, listener, schedule } = ports;
    this.changes = new Changes({
      ...ports,
      queued: (id) => this.#queued(id),
      settled: () => listener.progress(),
    });
    this.#leavers = new Leavers({ ...ports, changes: this.changes });
    this.#held = new HeldLogs({
      ...ports,
      ask: async (id, work) => work(await this.#relay(ports.conversations.get(id).access.relay).logs.session()),
      unwatch: (id) => this.unwatch(id),
      goOn: (id) => {
        if (this.#isClosed) return;
        this.#follow(id);
        this.send(id);
        listener.progress();
      },
    });
    this.#recovery = new Recovery({
      ...ports,
      changes: this.changes,
      isCaughtUp: () => this.isCaughtUp,
      send: (id) => this.send(id),
      errands: () => {
        this.#saysStanding = true;
        this.runErrands();
      },
      rejoining: (id, trouble) => {
        this.unwatch(id);
        listener.alarm(id, trouble, ports.conversations.get(id).position.seq);
      },
    });
    this.#named = transport.openNamed(
      relayIdentity(context, own),
      (number, item) => this.#item(number, item),
      () => void this.#publishKeyPackages().catch(() => undefined),
    );
    this.#named.onState((state) => {
      if (state.kind === "connected") this.#connectedNamed();
      else this.#inboxIsRead = false;
      if (state.kind === "refused" && state.reason.code === "unknown-device") this.#registerAgain();
      listener.progress();
    });
    this.#open(ports.relay, transport);
    for (const conversation of store.conversations.list()) this.watch(conversation);
    // Whoever left while nobody put them out has waited long enough.
    schedule(0, () => this.#resume());
  }

  close(): void {
    this.#isClosed = true;
    this.#named.close();
    this.#leavers.close();
    this.#recovery.close();
    this.#held.close();
    for (const [relay, { logs, transport }] of this.#relays) {
      logs.close();
      if (relay !== this.#ports.relay) transport.close();
    }
  }

  /** Whether everything that the relays have for us is taken in, as far as they have said. */
  get isCaughtUp(): boolean {
    return (
      this.#inboxIsRead &&
      this.#held.isIdle &&
      [...this.#relays.values()].every(({ logs }) => logs.isCaughtUp(this.#processed))
    );
  }

  /** Messages, uploads, commits, intents and errands that still wait. */
  get pending(): number {
    const { store } = this.#ports;
    const intents = store.commits.waiting().length;
    const messages = store.messages.unsealed().length + store.uploads.count();
    return store.outbox.count() + messages + store.errands.list().length + intents;
  }

  /** The connection by which our device is known to its relay. @throws TransportError */
  session(): Promise<Session<NamedOp>> {
    return this.#named.session();
  }

  /** Files and other blobs of a relay. */
  blobsOf(relay: string): Blobs {
    return this.#relay(relay).transport.blobs;
  }

  /** Begins to take a conversation's log in. */
  watch(conversation: StoredConversation): void {
    const { id, logId, cursorSeq } = conversation;
    if (!this.#isWatched(conversation)) return;
    // A log that we are about to create is watched from its creation on.
    const isOpening = this.#ports.store.outbox
      .list(id)
      .some(({ kind, state }) => kind === outboxKind.opening && state === "queued");
    if (isOpening) return;
    const { logs } = this.#relayOf(conversation);
    if (logs.isWatched(id)) return;
    this.#processed.set(hex(id), cursorSeq);
    logs.watch(id, logId, cursorSeq + 1);
  }

  /** Takes nothing more in from a conversation. */
  unwatch(id: Uint8Array): void {
    for (const { logs } of this.#relays.values()) logs.unwatch(id);
  }

  /** Puts devices out of conversations whose accounts are known to have revoked them. */
  removeRevoked(): void {
    const { contacts, store, conversations } = this.#ports;
    for (const accountId of contacts.takeGrown()) {
      const contact = contacts.get(accountId);
      if (contact === undefined || contacts.verdict(accountId) !== "verified") continue;
      const [account, chain] = [contacts.account(contact), contacts.chain(accountId)];
      for (const { id, state } of store.conversations.list()) {
        const intent = state === "active" ? revocationIn(conversations.get(id), account, chain) : undefined;
        if (intent === undefined) continue;
        this.changes.add(id, intent);
        this.send(id);
      }
    }
  }

  /** Sends what waits in a conversation, after sealing what could not be sealed before. */
  send(id: Uint8Array): void {
    if (this.#isClosed) return;
    const { store, conversations, listener } = this.#ports;
    this.changes.run(id);
    const conversation = store.conversations.get(id);
    if (conversation === undefined) return;
    if (conversation.state === "active") {
      const leaversFirst = () => this.#leavers.putOut(id);
      sealWaiting({ ...this.#ports, waits: listener.waits.bind(listener), leaversFirst }, id);
    }
    this.#relay(conversations.get(id).access.relay).logs.send(id);
  }

  /**
   * Asks the relays how far they are, so that `isCaughtUp` speaks of now.
   *
   * @throws TransportError, RelayError
   */
  async refresh(): Promise<void> {
    await this.#untilConnected(() => this.#readInbox());
    await Promise.all([...this.#relays.values()].map(({ logs }) => logs.refresh()));
    // Some wait until it is known how far we are.
    if (this.#ports.store.errands.list().length > 0) this.runErrands();
    this.#ports.listener.progress();
  }

  /** Does what is to be done elsewhere. */
  runErrands(): void {
    const { listener } = this.#ports;
    this.#errands = this.#errands
      .then(() => (this.#isClosed ? undefined : this.#runErrands()))
      .catch(() => undefined)
      .then(() => listener.progress());
  }

  #runErrands(): Promise<void> {
    const { store } = this.#ports;
    const errandTo = <T>(relay: string, work: (session: Session<AnonymousOp>) => Promise<T>) => {
      return this.#relay(relay).transport.errand(work);
    };
    const created = (id: Uint8Array) => {
      const conversation = store.conversations.get(id);
      if (conversation !== undefined) this.watch(conversation);
      this.send(id);
    };
    const transportOf = (relay: string) => this.#relay(relay).transport;
    const entered = (outcome: InboxOutcome) => this.#after(outcome);
    return runErrands({
      ...this.#ports,
      isCaughtUp: () => this.isCaughtUp,
      atLog: (errand) => runLogErrand({ ...this.#ports, errandTo, created }, errand),
      withWelcome: (errand) => {
        const ports = {
          ...this.#ports,
          changes: this.changes,
          transportOf,
          isCaughtUp: () => this.isCaughtUp,
          entered,
        };
        return runWelcomeErrand(ports, errand);
      },
    });
  }

  #open(relay: string, transport: Transport): OpenRelay {
    const { listener, schedule, store } = this.#ports;
    const logs = new LogLink(
      transport,
      {
        ...this.#ports,
        relay,
        acknowledged: (entry) => {
          const conversation = entry.kind === outboxKind.opening && store.conversations.get(entry.conversation);
          if (conversation) this.watch(conversation);
          listener.acknowledged(entry);
          listener.progress();
        },
        refused: (entry, error) => listener.refused(entry, error),
        stolen: (id, isMended) => {
          listener.alarm(id, "write-key-stolen", 0);
          if (!isMended) this.#recovery.shutOut(id);
        },
        rested: () => listener.progress(),
        schedule,
      },
      {
        entry: (id, entry) => this.#entry(id, entry),
        extent: (id, lastSeq, isOlder) => this.#extent(id, lastSeq, isOlder),
        gap: (id) => this.#recovery.meet(id, "gap"),
        ended: (id, reason) => this.#ended(id, reason),
        connected: () => {
          for (const id of this.#waiting()) this.send(id);
        },
        state: (state) => {
          if (relay === this.#ports.relay) listener.connection(state);
          listener.progress();
        },
      },
    );
    const open = { transport, logs };
    this.#relays.set(relay, open);
    return open;
  }

  #relay(origin: string): OpenRelay {
    return this.#relays.get(origin) ?? this.#open(origin, this.#ports.connect(origin));
  }

  #relayOf({ detail }: StoredConversation): OpenRelay {
    return this.#relay(decodeDetail(detail).access.relay);
  }

  /** A conversation that was left is watched until others have put us out; one that we are to come back to is not. */
  #isWatched({ id, state }: StoredConversation): boolean {
    if (this.#ports.store.rejoins.get(id) !== undefined) return false;
    if (state === "active" || state === "request") return true;
    return state === "left" && this.#ports.conversations.get(id).group !== undefined;
  }

  /** Conversations in which something is to be sent or done. */
  #waiting(): readonly Uint8Array[] {
    const { outbox, commits, messages } = this.#ports.store;
    const all = [
      ...outbox.waiting(),
      ...commits.waiting(),
      ...messages.unsealed().map(({ conversation }) => conversation),
    ];
    return [...new Map(all.map((id) => [hex(id), id])).values()];
  }

  #queued(id: Uint8Array): void {
    this.#relay(this.#ports.conversations.get(id).access.relay).logs.send(id);
  }

  #item(number: number, item: Uint8Array): void {
    const { listener } = this.#ports;
    this.#after(takeInItem({ ...this.#ports, changes: this.changes }, number, item));
    this.#acknowledgeInbox();
    this.removeRevoked();
    listener.progress();
  }

  #after(outcome: InboxOutcome): void {
    const { listener, store } = this.#ports;
    switch (outcome.kind) {
      case "opened": {
        const conversation = store.conversations.get(outcome.conversation);
        if (conversation !== undefined) this.watch(conversation);
        listener.opened(outcome.conversation);
        return;
      }
      case "rejoined":
        this.#follow(outcome.conversation);
        listener.lost(outcome.conversation, outcome.afterSeq + 1, outcome.fromSeq - 1);
        this.send(outcome.conversation);
        return;
      case "errands":
        return this.runErrands();
      case "run":
        return this.send(outcome.conversation);
      case "compare":
        this.#holdAnd(outcome.conversation, () => {
          this.runErrands();
          this.#recovery.reconsider(outcome.conversation);
        });
        return;
      default:
    }
  }

  /** Takes a conversation's log in from where it stands now. */
  #follow(id: Uint8Array): void {
    this.unwatch(id);
    const conversation = this.#ports.store.conversations.get(id);
    if (conversation !== undefined) this.watch(conversation);
  }

  #acknowledgeInbox(): void {
    const cursor = this.#ports.store.inbox.cursor();
    this.#named
      .session()
      .then((session) => session.request("ack-inbox", [cursor]))
      .catch(() => undefined);
  }

  /** Once: the relay may have been restored from a backup that is older than the account. */
  #registerAgain(): void {
    if (this.#hasRegisteredAgain) return;
    this.#hasRegisteredAgain = true;
    const { transport, own, store } = this.#ports;
    transport
      .errand((session) => registerAgain(store, own, session))
      .then(() => this.#named.wake())
      .catch(() => undefined);
  }

  #connectedNamed(): void {
    const { listener } = this.#ports;
    const read = async () => {
      await this.#publishKeyPackages();
      // What was there before is taken in by the time this is answered.
      await this.#readInbox();
      this.#inboxIsRead = true;
      this.#sayStanding();
      listener.progress();
    };
    read().catch(() => listener.progress());
    this.runErrands();
  }

  /** One at a time: the relay may say several times that few are left before we have brought more. */
  #publishKeyPackages(): Promise<void> {
    const { context, store, own, now } = this.#ports;
    this.#publishing ??= this.#named
      .session()
      .then((session) => publishKeyPackages(context, store, own, session, now()))
      .finally(() => {
        this.#publishing = undefined;
      });
    return this.#publishing;
  }

  /** Takes in what lies in the inbox now. */
  async #readInbox(): Promise<void> {
    const session = await this.#named.session();
    for (;;) {
      const items = await session.request("read-inbox", [this.#ports.store.inbox.cursor(), 100]);
      for (const [number, item] of items) this.#item(number, item);
      if (items.length === 0) return;
    }
  }

  /** A connection that ends meanwhile, or had ended without our noticing, is asked anew once it is back. */
  async #untilConnected(ask: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof TransportError) || error.code !== "disconnected") throw error;
      }
    }
  }

  #extent(id: Uint8Array, lastSeq: number, isOlder: boolean): void {
    const { listener } = this.#ports;
    if (isOlder) {
      listener.alarm(id, "went-back", lastSeq);
      this.#holdAnd(id, () => undefined);
    }
    this.#sayStanding();
    listener.progress();
  }

  #ended(id: Uint8Array, reason: CodedError): void {
    const { listener, store } = this.#ports;
    // The log that a conversation has moved to may not be there yet.
    const isAwaited = store.conversations.get(id)?.cursorSeq === 0;
    if (!isAwaited) listener.alarm(id, "log-gone", 0);
    if (reason.code !== "unknown-log") return listener.progress();
    if (!isAwaited) {
      this.#held.beginAgain(id);
      this.runErrands();
    }
    this.#ports.schedule(logPause, () => this.#isClosed || this.#follow(id));
    listener.progress();
  }

  /** Holds what we have read against the log before anything else is done about it. */
  #holdAnd(id: Uint8Array, then: () => void): void {
    this.#held.hold(id).then(() => {
      if (this.#isClosed) return;
      this.#saysStanding = true;
      then();
    });
  }

  /** How we stand is said once we have caught up. */
  #sayStanding(): void {
    if (!(this.#saysStanding || this.#recovery.isWaiting) || !this.isCaughtUp) return;
    if (this.#saysStanding) {
      this.#saysStanding = false;
      this.runErrands();
    }
    this.#recovery.caughtUp();
  }

  #entry(id: Uint8Array, entry: LogEntry): void {
    const { listener, store } = this.#ports;
    // Until we are brought in anew, nothing of it can be taken in.
    if (store.rejoins.get(id) !== undefined) return;
    let inbound: Inbound;
    try {
      inbound = takeInEntry(this.#ports, id, entry);
    } catch (error) {
      if (!(error instanceof ConversationError) || error.code !== "unsupported-policy") throw error;
      this.unwatch(id);
      listener.alarm(id, error.code, entry.seq);
      return;
    }
    this.#processed.set(hex(id), this.#ports.conversations.get(id).position.seq);
    for (const { kind, seq } of inbound.alarms) {
      listener.alarm(id, kind, seq);
      if (kind === "forked") this.#holdAnd(id, () => this.#recovery.meet(id, kind));
      if (kind === "left-behind") this.#recovery.meet(id, kind);
    }
    listener.inbound(id, inbound);
    this.#afterEntry(id, inbound.taken);
    this.removeRevoked();
    if (inbound.isMoved) this.#follow(id);
    if (inbound.isMoved && inbound.taken.kind === "commit" && inbound.taken.isOwn) this.#recovery.moved(id);
    this.#sayStanding();
    listener.progress();
  }

  #afterEntry(id: Uint8Array, taken: Taken): void {
    if (taken.kind === "commit") {
      this.runErrands();
      if (taken.removesUs && !taken.replacesUs) this.unwatch(id);
      else this.#leavers.notice(id);
    }
    if (taken.kind === "leaving") this.#leavers.notice(id);
    this.send(id);
  }

  /** Takes up what an earlier run left to be done. */
  #resume(): void {
    if (this.#isClosed) return;
    this.#recovery.resume();
    for (const { id, state, detail } of this.#ports.store.conversations.list()) {
      if (state !== "active" || decodeDetail(detail).leaving.length === 0) continue;
      this.#leavers.putOut(id);
    }
  }
}
