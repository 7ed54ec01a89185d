import { decodeCbor, encodeCbor, equalBytes } from "@redoubt/base";
import { createConversationContext, hashingOf, openDirect } from "@redoubt/conversation";
import type { CryptoProvider } from "@redoubt/crypto";
import { isUsername, safetyNumber } from "@redoubt/identity";
import type { Store, StoredConversation } from "@redoubt/store";
import { createTransport, type Platform, type Transport } from "@redoubt/transport";
import { Contacts } from "./contacts.js";
import { Descriptions } from "./describe.js";
import { lookUp, takeKeyPackages } from "./directory.js";
import { Engine, type EngineListener } from "./engine.js";
import { ClientError } from "./error.js";
import { ClientFiles } from "./files/client-files.js";
import type { FileSink, ReopenSource } from "./files/file-ports.js";
import { Groups } from "./groups.js";
import { fromHex, hex } from "./hex.js";
import { keyPackageLifetime } from "./key-packages.js";
import { PinnedKeys } from "./key-verdict.js";
import { completeIndex, purgeIndex } from "./messages/message-index.js";
import { Messages } from "./messages/messages.js";
import { outboxKind } from "./outbox.js";
import { loadOwnDevice, mlsIdentity, type OwnDevice } from "./own-device.js";
import { Progress } from "./progress.js";
import { register } from "./registration.js";
import type * as sdk from "./sdk.js";
import { StoredConversations } from "./stored-conversations.js";

/** What a client is made of. */
export interface ClientOptions {
  readonly provider: CryptoProvider;
  readonly store: Store;
  readonly platform: Platform;
  /** Origin of the relay to register with; a home that is registered keeps its own. */
  readonly relay: string;
  /** Finds files again whose upload a restart has cut short. */
  readonly reopen?: ReopenSource;
}

const relayKey = "relay";
const sendWait = 10_000;
const searchLimit = 50;

/** Opens a client on a store. It connects by itself once there is an account. The store is the client's from then on. */
export function openClient(options: ClientOptions): sdk.Client {
  return new StoreClient(options);
}

class StoreClient implements sdk.Client {
  readonly #context;
  readonly #store: Store;
  readonly #platform: Platform;
  readonly #connect: (relay: string) => Transport;
  readonly #transport: Transport;
  readonly #relay: string;
  readonly #verdicts: PinnedKeys;
  readonly #contacts: Contacts;
  readonly #conversations: StoredConversations;
  readonly #descriptions: Descriptions;
  readonly #progress: Progress;
  readonly #listeners = new Set<(event: sdk.ClientEvent) => void>();
  readonly #files: ClientFiles;
  #own: OwnDevice | undefined;
  #engine: Engine | undefined;
  #groups: Groups | undefined;
  #messages: Messages | undefined;
  #received = 0;
  #sent = 0;

  constructor({ provider, store, platform, relay, reopen }: ClientOptions) {
    this.#context = createConversationContext(provider);
    this.#store = store;
    this.#platform = platform;
    const stored = store.meta.get(relayKey);
    this.#relay = stored === undefined ? relay : (decodeCbor(stored) as string);
    const { sha256 } = hashingOf(provider);
    this.#connect = (url) => createTransport({ ...platform, url, random: provider.random, sha256 });
    this.#transport = this.#connect(this.#relay);
    this.#verdicts = new PinnedKeys(store);
    this.#contacts = new Contacts(this.#context, store, this.#verdicts);
    this.#conversations = new StoredConversations(store);
    this.#descriptions = new Descriptions(store, platform.clock);
    this.#progress = new Progress(platform.schedule);
    this.#files = new ClientFiles({
      context: this.#context,
      store,
      conversations: this.#conversations,
      blobsOf: (relay) => this.#demandOwn().engine.blobsOf(relay),
      schedule: platform.schedule,
      reopen,
      listener: {
        transfer: (transfer) => {
          this.#tell({ kind: "transfer", transfer });
          this.#progress.tell();
        },
        uploaded: (conversation) => this.#engine?.send(conversation),
        failed: (messageId) => this.#messages?.tellState(messageId),
      },
    });
    completeIndex(store);
    if (store.account.get() !== undefined) this.#start();
  }

  #start(): Engine {
    const own = loadOwnDevice(this.#context, this.#store);
    this.#own = own;
    this.#engine = new Engine({
      context: this.#context,
      store: this.#store,
      contacts: this.#contacts,
      verdicts: this.#verdicts,
      conversations: this.#conversations,
      own,
      transport: this.#transport,
      connect: this.#connect,
      relay: this.#relay,
      now: this.#platform.clock,
      schedule: this.#platform.schedule,
      listener: this.#listener(),
    });
    this.#groups = new Groups({
      context: this.#context,
      store: this.#store,
      contacts: this.#contacts,
      conversations: this.#conversations,
      descriptions: this.#descriptions,
      transport: this.#transport,
      progress: this.#progress,
      relay: this.#relay,
      own,
      engine: this.#engine,
      now: this.#platform.clock,
    });
    this.#messages = new Messages({
      context: this.#context,
      store: this.#store,
      conversations: this.#conversations,
      verdicts: this.#verdicts,
      descriptions: this.#descriptions,
      progress: this.#progress,
      files: this.#files,
      own,
      engine: this.#engine,
      now: this.#platform.clock,
      schedule: this.#platform.schedule,
      tell: (event) => this.#tell(event),
    });
    return this.#engine;
  }

  #listener(): EngineListener {
    return {
      inbound: (conversation, { effect, taken }) => {
        const isSaid = effect.kind === "shown" || effect.kind === "changed";
        if (taken.kind === "message" && isSaid) this.#received++;
        if (taken.kind === "commit") this.#tellConversation(conversation);
        this.#messages?.taken(conversation, effect);
      },
      opened: (conversation) => {
        const stored = this.#stored(conversation);
        this.#messages?.opened(conversation);
        if (stored.state === "request") this.#tell({ kind: "request", request: this.#descriptions.request(stored) });
        else this.#tellConversation(conversation);
      },
      acknowledged: ({ messageId }) => {
        this.#files.run();
        if (messageId === undefined) return;
        this.#sent++;
        this.#messages?.tellState(messageId);
      },
      refused: ({ messageId }) => {
        if (messageId !== undefined) this.#messages?.tellState(messageId);
      },
      waits: (messageId) => this.#messages?.tellState(messageId),
      lost: (conversation, from, to) => this.#tell({ kind: "lost", conversation: hex(conversation), from, to }),
      alarm: (conversation, alarm, seq) => this.#tell({ kind: "alarm", conversation: hex(conversation), alarm, seq }),
      connection: (state) => {
        if (state === "online") this.#files.run();
        this.#tell({ kind: "connection", state });
      },
      progress: () => {
        this.#messages?.flush();
        this.#progress.tell();
      },
    };
  }

  #tell(event: sdk.ClientEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  #tellConversation(id: Uint8Array): void {
    this.#tell({ kind: "conversation", conversation: this.#descriptions.conversation(id) });
  }

  #stored(id: Uint8Array): StoredConversation {
    const stored = this.#store.conversations.get(id);
    if (stored === undefined) throw new ClientError("unknown-conversation");
    return stored;
  }

  /** @throws ClientError `unknown-conversation` */
  #byHex(conversation: string): StoredConversation {
    const id = fromHex(conversation);
    if (id === undefined) throw new ClientError("unknown-conversation");
    return this.#stored(id);
  }

  #demandOwn() {
    const [own, engine, groups, messages] = [this.#own, this.#engine, this.#groups, this.#messages];
    if (own === undefined || engine === undefined || groups === undefined || messages === undefined) {
      throw new ClientError("not-registered");
    }
    return { own, engine, groups, messages };
  }

  async register(username: string, options: { readonly invite?: string | undefined } = {}): Promise<sdk.Registered> {
    if (!isUsername(username)) throw new ClientError("bad-username");
    const recoveryKey = await this.#transport.errand((session) => {
      return register(this.#context, this.#store, session, {
        username,
        invite: options.invite,
        now: this.#platform.clock(),
      });
    });
    this.#store.meta.set(relayKey, encodeCbor(this.#relay));
    this.#start();
    await this.sync();
    return { ...this.whoami(), recoveryKey };
  }

  whoami(): sdk.Whoami {
    const { own } = this.#demandOwn();
    return {
      account: hex(own.account.accountId),
      username: own.account.username,
      device: hex(own.device.deviceId),
      relay: this.#relay,
    };
  }

  async directWith(username: string): Promise<string> {
    const { own, engine, messages } = this.#demandOwn();
    if (username === own.account.username) throw new ClientError("yourself");
    const known = this.#store.contacts.byUsername(username)[0];
    if (known?.state === "blocked") throw new ClientError("blocked");
    const existing = known && this.#directWith(username);
    if (existing !== undefined) return hex(existing.id);
    const found = await this.#transport.errand((session) => lookUp(this.#context, session, username));
    const invited = await this.#transport.errand((session) => takeKeyPackages(session, found.account));
    if (invited.length === 0) throw new ClientError("no-devices");
    const now = this.#platform.clock();
    this.#contacts.meet(found.chain, "accepted");
    const { state, entryId, bytes, consumed } = openDirect(this.#context, {
      identity: mlsIdentity(own),
      lifetime: keyPackageLifetime(now),
      accounts: [own.account.accountId, found.account.accountId],
      relay: this.#relay,
      invited,
      now: BigInt(Math.floor(now / 1000)),
    });
    // Somebody may have opened one with us meanwhile: it is used then, and nothing of this was sent.
    const meanwhile = this.#directWith(username);
    if (meanwhile !== undefined) return hex(meanwhile.id);
    this.#store.transaction(() => {
      this.#contacts.setState(found.account.accountId, "accepted");
      this.#conversations.insert(state, { kind: "direct", status: "active", title: username });
      this.#store.outbox.add({
        conversation: state.id,
        entryId,
        bytes,
        messageId: undefined,
        kind: outboxKind.opening,
      });
    });
    this.#conversations.keep(state);
    consumed.wipe();
    engine.send(state.id);
    messages.opened(state.id);
    return hex(state.id);
  }

  /** Of two that were opened at once, the one with the lower log id (PROTOCOL: both sides choose the same). */
  #directWith(username: string): StoredConversation | undefined {
    const direct = this.#store.conversations.list().filter(({ kind, title, state }) => {
      return kind === "direct" && title === username && (state === "active" || state === "request");
    });
    return direct.sort((a, b) => (hex(a.logId) < hex(b.logId) ? -1 : 1))[0];
  }

  requests(): readonly sdk.RequestInfo[] {
    const requests = this.#store.conversations.list().filter(({ state }) => state === "request");
    return requests.map((conversation) => this.#descriptions.request(conversation));
  }

  async accept(conversation: string): Promise<void> {
    const { engine, messages } = this.#demandOwn();
    const { id, state } = this.#byHex(conversation);
    if (state !== "request") return;
    this.#store.transaction(() => {
      this.#store.conversations.setState(id, "active");
      for (const account of this.#others(id)) this.#contacts.setState(account, "accepted");
    });
    engine.watch(this.#stored(id));
    messages.opened(id);
    this.#tellConversation(id);
    await this.sync();
  }

  async block(conversation: string): Promise<void> {
    const { engine } = this.#demandOwn();
    const { id } = this.#byHex(conversation);
    this.#store.transaction(() => {
      this.#store.conversations.setState(id, "blocked");
      for (const account of this.#others(id)) this.#contacts.setState(account, "blocked");
    });
    engine.unwatch(id);
    this.#tellConversation(id);
  }

  async unblock(username: string): Promise<void> {
    const { engine } = this.#demandOwn();
    const contact = this.#contact(username);
    this.#store.transaction(() => {
      this.#contacts.setState(contact.accountId, "accepted");
      for (const { id, state, kind, title, invitedBy } of this.#store.conversations.list()) {
        // A group is not theirs by being called as they are.
        const isTheirs =
          kind === "group"
            ? invitedBy !== undefined && equalBytes(invitedBy, contact.accountId)
            : title === contact.username;
        if (state === "blocked" && isTheirs) this.#store.conversations.setState(id, "active");
      }
    });
    for (const conversation of this.#store.conversations.list()) engine.watch(conversation);
  }

  /** Whom accepting or blocking a conversation is about: the other side of a direct one, or who brought us in. */
  #others(id: Uint8Array): readonly Uint8Array[] {
    const { own } = this.#demandOwn();
    const { kind, title, invitedBy } = this.#stored(id);
    if (kind === "group") return invitedBy === undefined ? [] : [invitedBy];
    const contacts = this.#store.contacts.byUsername(title).map(({ accountId }) => accountId);
    return contacts.filter((account) => !equalBytes(account, own.account.accountId));
  }

  #contact(username: string) {
    const contact = this.#store.contacts.byUsername(username)[0];
    if (contact === undefined) throw new ClientError("unknown-conversation", "no contact of this name");
    return contact;
  }

  contacts(): readonly sdk.ContactInfo[] {
    return this.#descriptions.contacts();
  }

  async verify(username: string, options: { readonly confirm?: boolean } = {}): Promise<sdk.Verification> {
    const { own } = this.#demandOwn();
    if (this.#store.contacts.byUsername(username).length === 0) {
      const found = await this.#transport.errand((session) => lookUp(this.#context, session, username));
      this.#contacts.meet(found.chain, "unknown");
    }
    const { accountId } = this.#contact(username);
    if (options.confirm) this.#contacts.confirm(accountId);
    const number = safetyNumber(hashingOf(this.#context.provider), own.account.accountId, accountId);
    return { username, safetyNumber: number, confirmed: this.#contact(username).isConfirmed };
  }

  async send(conversation: string, text: string, { wait = sendWait, ...options }: sdk.SendOptions = {}) {
    return this.#demandOwn().messages.send(this.#writable(conversation), text, { ...options, wait });
  }

  async react(
    conversation: string,
    message: string,
    emoji: string,
    { withdraw = false, wait = sendWait }: { readonly withdraw?: boolean; readonly wait?: number } = {},
  ) {
    return this.#demandOwn().messages.react(this.#byHex(conversation), message, emoji, withdraw, wait);
  }

  async edit(
    conversation: string,
    message: string,
    text: string,
    { wait = sendWait }: { readonly wait?: number } = {},
  ) {
    return this.#demandOwn().messages.edit(this.#byHex(conversation), message, text, wait);
  }

  async delete(
    conversation: string,
    message: string,
    { forMe = false, wait = sendWait }: { readonly forMe?: boolean; readonly wait?: number } = {},
  ) {
    const { messages } = this.#demandOwn();
    const stored = this.#byHex(conversation);
    return forMe ? messages.deleteForMe(stored, message) : messages.delete(stored, message, wait);
  }

  findMessage(conversation: string, beginning: string): string {
    return this.#demandOwn().messages.find(this.#byHex(conversation), beginning);
  }

  search(text: string, options: { readonly conversation?: string; readonly limit?: number } = {}) {
    this.#messages?.sweep();
    const conversation = options.conversation === undefined ? undefined : this.#byHex(options.conversation).id;
    return this.#descriptions.found(
      this.#store.search.find(text, { conversation, limit: options.limit ?? searchLimit }),
    );
  }

  typing(conversation: string, isTyping = true): void {
    this.#demandOwn().messages.typing(this.#byHex(conversation), isTyping);
  }

  profile(username?: string): sdk.ProfileInfo {
    const { messages, own } = this.#demandOwn();
    const isOwn = username === undefined || username === own.account.username;
    return messages.profile(isOwn ? undefined : this.#contact(username).accountId);
  }

  setProfile(changes: { readonly name?: string; readonly picture?: Uint8Array | undefined }): void {
    this.#demandOwn().messages.setProfile(changes);
  }

  mute(conversation: string, until: number | undefined): void {
    this.#demandOwn().messages.mute(this.#byHex(conversation), until);
  }

  pin(conversation: string, isPinned: boolean): void {
    this.#demandOwn().messages.pin(this.#byHex(conversation), isPinned);
  }

  setDraft(conversation: string, text: string): void {
    this.#demandOwn().messages.setDraft(this.#byHex(conversation), text);
  }

  settings(changes: Partial<sdk.PrivacyInfo> = {}): sdk.PrivacyInfo {
    return this.#demandOwn().messages.settings(changes);
  }

  async save(
    conversation: string,
    message: string,
    sink: FileSink,
    options: NonNullable<Parameters<sdk.Client["save"]>[3]> = {},
  ): Promise<void> {
    const stored = this.#byHex(conversation);
    await this.#files.save(stored.id, this.#demandOwn().messages.find(stored, message), sink, options);
  }

  /** A direct conversation that lost against another with the same person is written to no more: the other one is. */
  #writable(conversation: string): StoredConversation {
    const asked = this.#byHex(conversation);
    if (asked.kind !== "direct" || asked.state !== "active") return asked;
    return this.#directWith(asked.title) ?? asked;
  }

  async createGroup(title: string, usernames: readonly string[], options: sdk.WaitOptions = {}) {
    return this.#demandOwn().groups.create(title, usernames, options.wait ?? sendWait);
  }

  groupInfo(conversation: string): sdk.GroupInfo {
    return this.#demandOwn().groups.info(this.#byHex(conversation));
  }

  async addMembers(conversation: string, usernames: readonly string[], options: sdk.WaitOptions = {}) {
    return this.#demandOwn().groups.add(this.#byHex(conversation), usernames, options.wait ?? sendWait);
  }

  async removeMembers(conversation: string, usernames: readonly string[], options: sdk.WaitOptions = {}) {
    return this.#demandOwn().groups.remove(this.#byHex(conversation), usernames, options.wait ?? sendWait);
  }

  async setRole(conversation: string, username: string, role: sdk.MemberRole, options: sdk.WaitOptions = {}) {
    return this.#demandOwn().groups.setRole(this.#byHex(conversation), username, role, options.wait ?? sendWait);
  }

  async editGroup(conversation: string, edit: sdk.GroupEdit, options: sdk.WaitOptions = {}) {
    return this.#demandOwn().groups.edit(this.#byHex(conversation), edit, options.wait ?? sendWait);
  }

  async pinMessage(conversation: string, message: string, isPinned: boolean, options: sdk.WaitOptions = {}) {
    return this.#demandOwn().groups.pin(this.#byHex(conversation), message, isPinned, options.wait ?? sendWait);
  }

  async leaveGroup(conversation: string, options: sdk.WaitOptions = {}) {
    const left = await this.#demandOwn().groups.leave(this.#byHex(conversation), options.wait ?? sendWait);
    this.#tellConversation(this.#byHex(conversation).id);
    return left;
  }

  async moveConversation(conversation: string, relay: string, options: sdk.WaitOptions = {}) {
    return this.#demandOwn().groups.move(this.#byHex(conversation), relay, options.wait ?? sendWait);
  }

  list(): readonly sdk.ConversationInfo[] {
    this.#messages?.sweep();
    return this.#descriptions.conversations();
  }

  read(conversation: string, options: { readonly limit?: number; readonly before?: string } = {}) {
    this.#messages?.sweep();
    const { id } = this.#byHex(conversation);
    const limit = options.limit ?? Number.MAX_SAFE_INTEGER;
    if (options.before === undefined) return this.#descriptions.messages(id, { limit });
    const message = fromHex(options.before);
    const before = message && this.#store.messages.get(message)?.seq;
    if (before === undefined) throw new ClientError("unknown-message");
    return this.#descriptions.messages(id, { limit, before });
  }

  markRead(conversation: string): void {
    this.#demandOwn().messages.markRead(this.#byHex(conversation));
  }

  async sync({
    wait = sendWait,
    uploads = true,
  }: {
    readonly wait?: number;
    readonly uploads?: boolean;
  } = {}): Promise<sdk.SyncResult> {
    const { engine } = this.#demandOwn();
    const [received, sent] = [this.#received, this.#sent];
    engine.runErrands();
    let isFresh = false;
    const refreshed = () => {
      isFresh = true;
      this.#progress.tell();
    };
    // Without a connection there is nothing to catch up with: what waits keeps waiting.
    engine.refresh().then(refreshed, () => undefined);
    const waiting = () => engine.pending - (uploads ? 0 : this.#store.uploads.count());
    await this.#progress.until(() => isFresh && engine.isCaughtUp && waiting() === 0, wait);
    return { received: this.#received - received, sent: this.#sent - sent, pending: engine.pending };
  }

  subscribe(listener: (event: sdk.ClientEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#messages?.close();
    this.#engine?.close();
    this.#transport.close();
    await this.#files.close();
    purgeIndex(this.#store);
    this.#store.close();
  }
}
