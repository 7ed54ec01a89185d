import { equalBytes, utf8 } from "@redoubt/base";
import { deviceIdOf, type Device as ListedDevice } from "@redoubt/identity";
import {
  type CommitOptions,
  Consumed,
  commit,
  type Extensions,
  encodeGroup,
  encodePastEpoch,
  generateKeyPackage,
  type OwnKeyPackage,
} from "@redoubt/mls";
import { sealEnvelope } from "../../src/envelope.js";
import {
  type ConversationContext,
  type ConversationState,
  commitChange,
  deviceIdentity,
  encodeDetail,
  encodePendingChange,
  enterConversation,
  hashingOf,
  type Intent,
  type Invited,
  type LogEntry,
  type Outgoing,
  openGroup,
  planChange,
  type ReadyWelcome,
  rejoinExtension,
  sealContent,
  sealLeaving,
  type TakenEntry,
  takeEntry,
} from "../../src/index.js";
import { type Claim, encodeClaim, logStart } from "../../src/position.js";
import type { Account, Signer } from "./account.js";
import { now, provider, relay } from "./kit.js";

const lifetime = { notBefore: now - 3600n, notAfter: now + 86_400n };

/** One device of an account, and its side of one conversation. For tests. */
export class Device {
  readonly account: Account;
  readonly context: ConversationContext;
  readonly signer: Signer;
  readonly keyPackages: OwnKeyPackage[] = [];
  readonly own = new Map<string, Outgoing>();
  #state: ConversationState | undefined;

  constructor(account: Account, signer: Signer) {
    this.account = account;
    this.context = account.context;
    this.signer = signer;
  }

  get deviceId(): Uint8Array {
    return deviceIdOf(hashingOf(provider).sha256, this.signer.publicKey);
  }

  get listed(): ListedDevice {
    const found = this.account.state.devices.find(({ sigKey }) => sigKey.join() === this.signer.publicKey.join());
    if (found === undefined) throw new Error(`a revoked device of ${this.account.name}`);
    return found;
  }

  get isListed(): boolean {
    return this.account.state.devices.some(({ sigKey }) => equalBytes(sigKey, this.signer.publicKey));
  }

  get inboxId(): Uint8Array {
    return this.deviceId;
  }

  identity(extensions: Extensions = []) {
    const { state, chain } = this.account;
    const identity = deviceIdentity(state, chain, this.listed, this.signer as never);
    return { ...identity, leafExtensions: [...(identity.leafExtensions ?? []), ...extensions] };
  }

  get state(): ConversationState {
    if (this.#state === undefined) throw new Error(`${this.account.name} is in no conversation`);
    return this.#state;
  }

  set state(state: ConversationState) {
    this.#state = state;
  }

  get isMember(): boolean {
    return this.#state?.group !== undefined;
  }

  get hasState(): boolean {
    return this.#state !== undefined;
  }

  get leafIndex(): number {
    return this.state.group?.epoch.ownLeaf as number;
  }

  /** @param rejoin asks to be brought into a group anew, with this number */
  invite(rejoin?: { readonly groupId: Uint8Array; readonly number: number }): Invited {
    const extensions = rejoin === undefined ? [] : [rejoinExtension(rejoin.groupId, rejoin.number)];
    const made = generateKeyPackage(this.context.mls, this.identity(extensions), { lifetime });
    this.keyPackages.push(made);
    return { inboxId: this.inboxId, keyPackage: made.keyPackage };
  }

  openGroup(title: string, invited: readonly Invited[]): Outgoing {
    const owner = this.account.id;
    return this.sent(
      openGroup(this.context, { identity: this.identity(), lifetime, relay, invited, owner, title, now }),
    );
  }

  /** Plans and commits; `undefined` when there is nothing to do. */
  change(intent: Exclude<Intent, { kind: "leave" }>): Outgoing | undefined {
    const change = planChange(this.context, this.state, intent, now);
    return change && this.sent(commitChange(this.context, this.state, change));
  }

  /** A commit of whatever MLS allows, as a hostile member may make it, who then judges it like all others. */
  commitRaw(
    options: CommitOptions,
    { by = this.context, chains = [] }: { readonly by?: ConversationContext; readonly chains?: Claim["chains"] } = {},
  ): Outgoing {
    const { group, position } = this.state;
    if (group === undefined) throw new Error("no member");
    const made = commit(by.mls, group, {
      references: [],
      authenticatedData: encodeClaim(position, chains),
      ...options,
    });
    const sealed = this.sealRaw(made.message);
    const pending = {
      entryId: sealed.entryId,
      commit: made.pending,
      welcomes: [],
      ownerSeed: undefined,
      treePlace: undefined,
    };
    this.state = { ...this.state, group: made.group, pending };
    return sealed;
  }

  /** An entry of whatever bytes. */
  sealRaw(message: Uint8Array): Outgoing {
    const { access } = this.state;
    const entryId = this.context.random(16);
    const bytes = sealEnvelope(this.context, access.logSecret, access.logId, entryId, message);
    const sealed = { state: this.state, entryId, bytes, rotateTo: undefined, consumed: new Consumed([]) };
    this.own.set(entryId.join(), sealed);
    return sealed;
  }

  send(text: string): Outgoing {
    return this.sent(sealContent(this.context, this.state, utf8(text)));
  }

  leave(): Outgoing {
    return this.sent(sealLeaving(this.context, this.state));
  }

  sent<O extends Outgoing>(outgoing: O): O {
    this.state = outgoing.state;
    outgoing.consumed.wipe();
    this.own.set(outgoing.entryId.join(), outgoing);
    return outgoing;
  }

  take(entry: LogEntry): TakenEntry {
    const taken = takeEntry(this.context, this.state, entry, this.own.get(entry.entryId.join()));
    this.state = taken.state;
    taken.consumed.wipe();
    return taken;
  }

  enter({ welcome, position }: Pick<ReadyWelcome, "welcome" | "position">) {
    const entered = enterConversation(this.context, this.keyPackages, welcome, position);
    this.state = entered.state;
    return entered;
  }

  /** Everything that is stored of the conversation, but for how far the log was read. */
  image(): string {
    const { access, placeOffset, begun, leaving, group, past, pending } = this.state;
    const stored = [group && encodeGroup(group), ...past.map(encodePastEpoch)];
    const parts = stored.flatMap((one) => {
      if (one === undefined) return [];
      return [one.epoch, ...[...one.records].flatMap(([name, value]) => [utf8(name), value])];
    });
    const all = [
      encodeDetail({ access, position: logStart, placeOffset, begun, leaving, said: [] }),
      pending === undefined ? utf8("none") : encodePendingChange(pending),
      ...parts,
    ];
    return all.map((bytes) => Buffer.from(bytes).toString("base64")).join("\n");
  }
}
