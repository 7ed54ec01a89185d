import { equalBytes } from "@redoubt/base";
import {
  type ConversationContext,
  ConversationError,
  type Intent,
  type Invited,
  maxAddsPerCommit,
  openGroup,
  type PolicyEdit,
  readPolicy,
  roleOf,
  rosterOf,
} from "@redoubt/conversation";
import type { Store, StoredConversation } from "@redoubt/store";
import { relayOrigin, type Transport } from "@redoubt/transport";
import type { Contacts } from "./contacts.js";
import type { Descriptions } from "./describe.js";
import { type FoundAccount, lookUp, takeKeyPackages } from "./directory.js";
import type { Engine } from "./engine.js";
import { ClientError } from "./error.js";
import { fromHex, hex } from "./hex.js";
import { keyPackageLifetime } from "./key-packages.js";
import { outboxKind } from "./outbox.js";
import { mlsIdentity, type OwnDevice } from "./own-device.js";
import type { Progress } from "./progress.js";
import type { ChangeResult, GroupEdit, GroupInfo, MemberRole } from "./sdk.js";
import type { StoredConversations } from "./stored-conversations.js";

export interface GroupPorts {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly contacts: Contacts;
  readonly conversations: StoredConversations;
  readonly descriptions: Descriptions;
  readonly transport: Transport;
  readonly progress: Progress;
  readonly relay: string;
  readonly own: OwnDevice;
  readonly engine: Engine;
  readonly now: () => number;
}

/** Somebody to bring in, with the key packages of their devices. */
interface Found extends FoundAccount {
  readonly invited: readonly Invited[];
}

/** What people do with groups: wishes become intents, which the engine makes true. */
export class Groups {
  readonly #ports: GroupPorts;

  constructor(ports: GroupPorts) {
    this.#ports = ports;
  }

  async create(title: string, usernames: readonly string[], wait: number): Promise<ChangeResult> {
    const { context, own, relay, now, store, conversations, engine } = this.#ports;
    const found = await this.#findAll(usernames.filter((name) => name !== own.account.username));
    const invited = found.flatMap((person) => person.invited);
    const seconds = BigInt(Math.floor(now() / 1000));
    const { state, entryId, bytes, consumed } = openGroup(context, {
      identity: mlsIdentity(own),
      lifetime: keyPackageLifetime(now()),
      relay,
      invited: invited.slice(0, maxAddsPerCommit),
      now: seconds,
      owner: own.account.accountId,
      title,
    });
    const positions = store.transaction(() => {
      conversations.insert(state, { kind: "group", status: "active", title });
      store.outbox.add({ conversation: state.id, entryId, bytes, messageId: undefined, kind: outboxKind.opening });
      return this.#addIntents(state.id, addIntents(invited.slice(maxAddsPerCommit)));
    });
    conversations.keep(state);
    consumed.wipe();
    engine.send(state.id);
    const isOpen = () => conversations.get(state.id).pending === undefined;
    return this.#settled(state.id, positions, wait, isOpen);
  }

  info(conversation: StoredConversation): GroupInfo {
    const { conversations, descriptions } = this.#ports;
    const { id, kind, state, title } = conversation;
    const { group, access } = conversations.get(id);
    if (group === undefined) throw new ConversationError("not-active");
    const { epoch, treeHash, extensions } = group.epoch.context;
    const policy = readPolicy(extensions);
    const roster = rosterOf(group.epoch.tree);
    const isGroup = policy.kind === "group";
    return {
      conversation: hex(id),
      kind,
      title,
      description: isGroup ? policy.description : "",
      avatar: isGroup ? policy.avatar : new Uint8Array(0),
      epoch: Number(epoch),
      treeHash: hex(treeHash),
      state,
      members: roster.accounts.map((account) => ({
        username: descriptions.username(account),
        account: hex(account),
        role: isGroup ? roleOf(policy, roster, account) : "member",
        devices: roster.of(account).length,
      })),
      permissions: isGroup ? policy.permissions : undefined,
      pinned: isGroup ? policy.pinned.map(hex) : [],
      disappearing: policy.disappearing,
      receipts: policy.receipts,
      typing: policy.typing,
      relay: access.relay,
    };
  }

  async add(conversation: StoredConversation, usernames: readonly string[], wait: number): Promise<ChangeResult> {
    const { id } = this.#active(conversation);
    const found = await this.#findAll(usernames);
    this.#ports.engine.removeRevoked();
    return this.#want(id, addIntents(found.flatMap((person) => person.invited)), wait);
  }

  remove(conversation: StoredConversation, usernames: readonly string[], wait: number): Promise<ChangeResult> {
    const { id } = this.#active(conversation);
    const accounts = usernames.map((username) => this.#member(id, username));
    if (accounts.some((account) => equalBytes(account, this.#ports.own.account.accountId))) {
      throw new ClientError("yourself");
    }
    return this.#want(id, [{ kind: "remove", accounts }], wait);
  }

  setRole(conversation: StoredConversation, username: string, role: MemberRole, wait: number): Promise<ChangeResult> {
    const { id } = this.#active(conversation);
    return this.#edit(id, [{ kind: "role", account: this.#member(id, username), role }], wait);
  }

  edit(conversation: StoredConversation, edit: GroupEdit, wait: number): Promise<ChangeResult> {
    const { id } = this.#active(conversation);
    const { title, description, avatar, permissions, disappearing, receipts, typing } = edit;
    const edits: PolicyEdit[] = [];
    if (title !== undefined || description !== undefined || avatar !== undefined) {
      edits.push({ kind: "info", ...given({ title, description, avatar }) });
    }
    if (permissions !== undefined) edits.push({ kind: "permissions", permissions });
    if (disappearing !== undefined || receipts !== undefined || typing !== undefined) {
      edits.push({ kind: "rules", ...given({ disappearing, receipts, typing }) });
    }
    return this.#edit(id, edits, wait);
  }

  pin(conversation: StoredConversation, message: string, isPinned: boolean, wait: number): Promise<ChangeResult> {
    const { id } = this.#active(conversation);
    const bytes = fromHex(message);
    if (bytes === undefined || !this.#isMessage(id, bytes, !isPinned)) throw new ClientError("unknown-message");
    return this.#edit(id, [{ kind: "pin", message: bytes, isPinned }], wait);
  }

  /** @param isPinned whether it may also be one from before our time that is pinned */
  #isMessage(id: Uint8Array, message: Uint8Array, isPinned: boolean): boolean {
    const stored = this.#ports.store.messages.get(message);
    if (stored !== undefined) return equalBytes(stored.conversation, id);
    const { group } = this.#ports.conversations.get(id);
    const policy = group && readPolicy(group.epoch.context.extensions);
    return isPinned && policy?.kind === "group" && policy.pinned.some((pinned) => equalBytes(pinned, message));
  }

  leave(conversation: StoredConversation, wait: number): Promise<ChangeResult> {
    const { store, engine, conversations } = this.#ports;
    const { id, kind } = conversation;
    if (kind !== "group") throw new ConversationError("not-a-group");
    if (conversation.state === "left") return Promise.resolve({ conversation: hex(id), state: "done" });
    if (conversation.state === "removed") throw new ConversationError("not-active");
    const position = store.transaction(() => {
      for (const intent of store.commits.intents(id)) store.commits.deleteIntent(intent.position);
      store.conversations.setState(id, "left");
      return engine.changes.add(id, { kind: "leave" });
    });
    engine.send(id);
    // With nobody else there is nobody to wait for.
    const isAlone = () => {
      const { group } = conversations.get(id);
      return group === undefined || rosterOf(group.epoch.tree).leaves.length === 1;
    };
    return this.#settled(id, [position], wait, () => true, isAlone);
  }

  move(conversation: StoredConversation, relay: string, wait: number): Promise<ChangeResult> {
    const { id } = this.#active(conversation);
    const { context, conversations } = this.#ports;
    const { group } = conversations.get(id);
    if (group === undefined) throw new ConversationError("not-active");
    const { moves } = readPolicy(group.epoch.context.extensions).home;
    const edit = { kind: "move", relay: relayOrigin(relay), moves: moves + 1 } as const;
    const ownerSeed = context.random(32) as NonNullable<Extract<Intent, { kind: "edit" }>["ownerSeed"]>;
    const isGroup = conversation.kind === "group";
    return this.#want(id, [{ kind: "edit", edit, ...(isGroup ? { ownerSeed } : {}) }], wait);
  }

  #edit(id: Uint8Array, edits: readonly PolicyEdit[], wait: number): Promise<ChangeResult> {
    return this.#want(
      id,
      edits.map((edit) => ({ kind: "edit", edit })),
      wait,
    );
  }

  #want(id: Uint8Array, intents: readonly Intent[], wait: number): Promise<ChangeResult> {
    const positions = this.#ports.store.transaction(() => this.#addIntents(id, intents));
    this.#ports.engine.send(id);
    return this.#settled(id, positions, wait, () => true);
  }

  #addIntents(id: Uint8Array, intents: readonly Intent[]): readonly number[] {
    return intents.map((intent) => this.#ports.engine.changes.add(id, intent));
  }

  /** Waits until intents have come true, and welcomes and letters are on their way. @throws why one cannot */
  async #settled(
    id: Uint8Array,
    positions: readonly number[],
    wait: number,
    isDone: () => boolean,
    isGivenUp: () => boolean = () => false,
  ): Promise<ChangeResult> {
    const { store, progress, engine } = this.#ports;
    const waiting = new Set(positions);
    let failure: unknown;
    const isSettled = () => {
      try {
        for (const position of waiting) if (engine.changes.isSettled(position)) waiting.delete(position);
      } catch (error) {
        failure = error;
        return true;
      }
      return isGivenUp() || (waiting.size === 0 && isDone() && store.errands.list().length === 0);
    };
    const isInTime = await progress.until(isSettled, wait);
    if (failure !== undefined) throw failure;
    return { conversation: hex(id), state: isInTime ? "done" : "queued" };
  }

  /** Looks people up and takes their key packages. Nothing is kept if one of them cannot be found. */
  #findAll(usernames: readonly string[]): Promise<readonly Found[]> {
    const { context, transport, contacts } = this.#ports;
    return Promise.all(
      [...new Set(usernames)].map(async (username): Promise<Found> => {
        const known = this.#ports.store.contacts.byUsername(username)[0];
        if (known?.state === "blocked") throw new ClientError("blocked");
        const found = await transport.errand((session) => lookUp(context, session, username));
        const invited = await transport.errand((session) => takeKeyPackages(session, found.account));
        contacts.meet(found.chain, "unknown");
        if (invited.length === 0) throw new ClientError("no-devices", `@${username}`);
        return { ...found, invited };
      }),
    );
  }

  #active(conversation: StoredConversation): StoredConversation {
    if (conversation.kind !== "group" && conversation.kind !== "direct") throw new ConversationError("not-a-group");
    if (conversation.state !== "active") throw new ConversationError("not-active");
    return conversation;
  }

  /** @throws ClientError `unknown-member` */
  #member(id: Uint8Array, username: string): Uint8Array {
    const { conversations, descriptions } = this.#ports;
    const { group } = conversations.get(id);
    const accounts = group === undefined ? [] : rosterOf(group.epoch.tree).accounts;
    const account = accounts.find((other) => descriptions.username(other) === username);
    if (account === undefined) throw new ClientError("unknown-member", `@${username}`);
    return account;
  }
}

function addIntents(invited: readonly Invited[]): readonly Intent[] {
  const batches = Math.ceil(invited.length / maxAddsPerCommit);
  return Array.from({ length: batches }, (_, i) => ({
    kind: "add",
    invited: invited.slice(i * maxAddsPerCommit, (i + 1) * maxAddsPerCommit),
  }));
}

type Given<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

function given<T extends Readonly<Record<string, unknown>>>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}
