import { decodeCbor, encodeCbor } from "@redoubt/base";
import { createConversationContext, hashingOf } from "@redoubt/conversation";
import type { CryptoProvider } from "@redoubt/crypto";
import { isUsername } from "@redoubt/identity";
import type { Store, StoredConversation } from "@redoubt/store";
import { createTransport, type Platform, type Transport } from "@redoubt/transport";
import { Acquaintances } from "./acquaintances.js";
import { Contacts } from "./contacts.js";
import { Descriptions } from "./describe.js";
import { isNameTaken } from "./directory.js";
import { Engine, type EngineListener } from "./engine.js";
import { ClientError } from "./error.js";
import { ClientFiles } from "./files/client-files.js";
import type { FileSink, ReopenSource } from "./files/file-ports.js";
import { Groups } from "./groups.js";
import { fromHex, hex } from "./hex.js";
import { PinnedKeys } from "./key-verdict.js";
import { completeIndex, purgeIndex } from "./messages/message-index.js";
import { Messages } from "./messages/messages.js";
import { loadOwnDevice, type OwnDevice } from "./own-device.js";
import { Progress } from "./progress.js";
import { register } from "./registration.js";
import type * as sdk from "./sdk.js";
import { discloseSelf } from "./self-disclosure.js";
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

/**
 * Opens a client on a store. It connects by itself once there is an account. The store is the client's from then on, and
 * closed if this throws.
 */
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
  #people: Acquaintances | undefined;
  #groups: Groups | undefined;
  #messages: Messages | undefined;
  #connection: sdk.ConnectionState = "offline";
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
    try {
      completeIndex(store);
      if (store.account.get() !== undefined) this.#start();
    } catch (error) {
      // Nobody will have a client to close.
      this.#engine?.close();
      this.#transport.close();
      store.close();
      throw error;
    }
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
    const parts = {
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
    };
    this.#people = new Acquaintances(parts);
    this.#groups = new Groups(parts);
    this.#messages = new Messages({
      ...parts,
      verdicts: this.#verdicts,
      files: this.#files,
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
        this.#connection = state;
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
    const [own, engine, people] = [this.#own, this.#engine, this.#people];
    const [groups, messages] = [this.#groups, this.#messages];
    if (own === undefined || engine === undefined || people === undefined) throw new ClientError("not-registered");
    if (groups === undefined || messages === undefined) throw new ClientError("not-registered");
    return { own, engine, people, groups, messages };
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

  connection(): sdk.ConnectionState {
    return this.#connection;
  }

  isNameTaken(username: string): Promise<boolean> {
    return this.#transport.errand((session) => isNameTaken(session, username));
  }

  async directWith(username: string): Promise<string> {
    const { people, messages } = this.#demandOwn();
    return hex(await people.directWith(username, (id) => messages.opened(id)));
  }

  requests(): readonly sdk.RequestInfo[] {
    const requests = this.#store.conversations.list().filter(({ state }) => state === "request");
    return requests.map((conversation) => this.#descriptions.request(conversation));
  }

  async accept(conversation: string): Promise<void> {
    const { people, messages } = this.#demandOwn();
    const stored = this.#byHex(conversation);
    if (stored.state !== "request") return;
    people.accept(stored);
    messages.opened(stored.id);
    this.#tellConversation(stored.id);
    await this.sync();
  }

  async block(conversation: string): Promise<void> {
    const stored = this.#byHex(conversation);
    this.#demandOwn().people.block(stored);
    this.#tellConversation(stored.id);
  }

  async unblock(username: string): Promise<void> {
    this.#demandOwn().people.unblock(username);
  }

  contacts(): readonly sdk.ContactInfo[] {
    return this.#descriptions.contacts();
  }

  async verify(username: string, options: { readonly confirm?: boolean } = {}): Promise<sdk.Verification> {
    return this.#demandOwn().people.verify(username, options.confirm === true);
  }

  async send(conversation: string, text: string, { wait = sendWait, ...options }: sdk.SendOptions = {}) {
    const { people, messages } = this.#demandOwn();
    return messages.send(people.writable(this.#byHex(conversation)), text, { ...options, wait });
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
    const { messages, own, people } = this.#demandOwn();
    const isOwn = username === undefined || username === own.account.username;
    return messages.profile(isOwn ? undefined : people.contact(username).accountId);
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

  list(page?: { readonly limit: number; readonly after?: string }): readonly sdk.ConversationInfo[] {
    this.#messages?.sweep();
    if (page?.after === undefined) return this.#descriptions.conversations(page && { limit: page.limit });
    return this.#descriptions.conversations({ limit: page.limit, after: this.#byHex(page.after).id });
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

  async discloseMe({ newKey = false }: { readonly newKey?: boolean } = {}): Promise<sdk.DisclosureInfo> {
    const { own, engine } = this.#demandOwn();
    const ports = { context: this.#context, store: this.#store, own };
    return discloseSelf(ports, await engine.session(), newKey);
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
