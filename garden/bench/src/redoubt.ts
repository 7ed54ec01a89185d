import { bytesKey, utf8 } from "@redoubt/base";
import { type CryptoProvider, createCipherSuite, type KeyPair } from "@redoubt/crypto";
import {
  acceptApplication,
  type ClientIdentity,
  commit,
  createGroup,
  decodeMessage,
  defaultRatchetLimits,
  encodeMessage,
  type Group,
  generateKeyPackage,
  joinGroup,
  type Lifetime,
  type MlsContext,
  mergeCommit,
  type OwnKeyPackage,
  type PendingCommit,
  type Proposal,
  parseMessage,
  recordChanges,
  seal,
  stageCommit,
  stageOwnCommit,
  verifyMessage,
} from "@redoubt/mls";
import type { Change } from "@redoubt/peers/peer";
import type { Client, Contestant, SentCommit, Session } from "./contestant.js";

const lifetime: Lifetime = { notBefore: 0n, notAfter: 2n ** 63n - 1n };

/**
 * Our own MLS on a provider. Secrets that are used up are wiped within what is measured.
 *
 * @param options.records also computes, with every message, what a store would have to write
 */
export function redoubtOn(
  provider: CryptoProvider,
  options: { readonly records?: boolean } = {},
): Contestant<RedoubtSession> {
  return {
    name: options.records ? `redoubt (${provider.name}), with what the store writes` : `redoubt (${provider.name})`,
    async createClient({ suite, identity }) {
      return new RedoubtClient(contextOf(provider, suite), identity, options.records ?? false);
    },
  };
}

function contextOf(provider: CryptoProvider, suite: number): MlsContext {
  return {
    suite: createCipherSuite(suite, provider),
    authentication: {
      refuse: () => undefined,
      clientId: (leaf) => bytesKey(leaf.signatureKey),
      isSuccessor: () => true,
    },
    supported: { extensions: [], proposals: [], credentials: [1] },
    psk: () => undefined,
    ratchetLimits: defaultRatchetLimits,
    maxMembers: 1024,
    maxLifetime: 2n ** 63n - 1n,
  };
}

class RedoubtClient implements Client<RedoubtSession> {
  readonly #context: MlsContext;
  readonly #name: string;
  readonly #signatureKeys: KeyPair;
  readonly #keyPackages: OwnKeyPackage[] = [];
  readonly #records: boolean;

  constructor(context: MlsContext, name: string, records: boolean) {
    this.#context = context;
    this.#name = name;
    this.#signatureKeys = context.suite.generateSignatureKeyPair();
    this.#records = records;
  }

  get #identity(): ClientIdentity {
    return { credential: { type: 1, identity: utf8(this.#name) }, signatureKeys: this.#signatureKeys };
  }

  async createKeyPackage(): Promise<Uint8Array> {
    const own = generateKeyPackage(this.#context, this.#identity, { lifetime });
    this.#keyPackages.push(own);
    return encodeMessage({ kind: "keyPackage", keyPackage: own.keyPackage });
  }

  async createGroup(groupId: Uint8Array): Promise<RedoubtSession> {
    const group = createGroup(this.#context, this.#identity, { groupId, lifetime });
    return new RedoubtSession(this.#context, group, this.#records);
  }

  /** The key package stays, so that the same client can join again in the next round. */
  async join(welcome: Uint8Array): Promise<RedoubtSession> {
    const { group } = joinGroup(this.#context, welcome, this.#keyPackages);
    return new RedoubtSession(this.#context, group, this.#records);
  }
}

/** One member's state of a group. */
export class RedoubtSession implements Session {
  readonly context: MlsContext;
  /** The state, for figures about what is stored. */
  group: Group;
  readonly #records: boolean;

  constructor(context: MlsContext, group: Group, records: boolean) {
    this.context = context;
    this.group = group;
    this.#records = records;
  }

  async seal(data: Uint8Array): Promise<Uint8Array> {
    const sealed = seal(this.context, this.group, data);
    this.#advance(sealed.group);
    sealed.consumed.wipe();
    return sealed.message;
  }

  /** @returns what an application message says */
  async process(bytes: Uint8Array): Promise<Uint8Array | undefined> {
    const verified = verifyMessage(this.context, this.group, parseMessage(bytes));
    if (verified.kind === "application") {
      const accepted = acceptApplication(this.group, verified);
      this.#advance(accepted.group);
      accepted.consumed.wipe();
      return verified.data;
    }
    if (verified.kind !== "commit") throw new Error("No figure has a proposal of its own");
    this.#merge(stageCommit(this.context, this.group, verified));
    return undefined;
  }

  async commit(changes: readonly Change[] = []): Promise<SentCommit> {
    const made = commit(this.context, this.group, { proposals: changes.map(toProposal) });
    this.group = made.group;
    made.consumed.wipe();
    const { message, welcome } = made;
    return { message, welcome, merge: async () => this.#comeBack(made.pending) };
  }

  #comeBack(pending: PendingCommit): void {
    this.#merge(stageOwnCommit(this.context, this.group, pending));
  }

  #merge(staged: ReturnType<typeof stageCommit>): void {
    const merged = mergeCommit(this.group, staged);
    if (merged.group === undefined) throw new Error("The commit removes this member");
    this.group = merged.group;
    merged.consumed.wipe();
  }

  #advance(group: Group): void {
    if (this.#records && recordChanges(this.group, group).length === 0) throw new Error("Nothing to write");
    this.group = group;
  }
}

function toProposal(change: Change): Proposal {
  if (change.kind === "remove") return { kind: "remove", removed: change.leaf };
  if (change.kind !== "add") throw new Error(`No figure has a ${change.kind}`);
  const message = decodeMessage(change.keyPackage);
  if (message.kind !== "keyPackage") throw new Error("Not a key package");
  return { kind: "add", keyPackage: message.keyPackage };
}
