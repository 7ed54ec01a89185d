import { bytesKey, utf8 } from "@redoubt/base";
import { type CipherSuite, createCipherSuite } from "@redoubt/crypto";
import { createNodeProvider } from "@redoubt/crypto/node";
import {
  acceptApplication,
  acceptProposal,
  type ClientIdentity,
  type Consumed,
  commit,
  createGroup,
  decodeGroup,
  decodeMessage,
  decodeRatchetTree,
  defaultRatchetLimits,
  encodeGroup,
  encodeMessage,
  epochAuthenticator,
  exportGroupInfo,
  exportSecret,
  extensionType,
  findExtension,
  type Group,
  generateKeyPackage,
  joinExternally,
  joinGroup,
  type KeyPackage,
  type LeafNode,
  type MlsContext,
  mergeCommit,
  type OwnKeyPackage,
  type Proposal,
  type Proposed,
  parseGroupInfo,
  parseMessage,
  propose,
  proposeUpdate,
  type StagedCommit,
  seal,
  stageCommit,
  stageOwnCommit,
  verifyMessage,
} from "@redoubt/mls";
import { keyPackageLifetime } from "./key-package-lifetime.js";
import type { Change, Peer, PeerClient, PeerGroup, PendingCommit, Processed, Wire } from "./peer.js";

const provider = await createNodeProvider();

/** Our own implementation, over node:crypto. */
export const redoubt: Peer<RedoubtGroup> = {
  name: "redoubt",
  async createClient({ suite, identity }) {
    return new RedoubtClient(identity, createCipherSuite(suite, provider));
  },
};

class RedoubtClient implements PeerClient<RedoubtGroup> {
  readonly #keyPackages: OwnKeyPackage[] = [];
  readonly #psks = new Map<string, Uint8Array>();
  readonly #self: ClientIdentity;
  readonly #context: MlsContext;

  constructor(
    readonly identity: string,
    suite: CipherSuite,
  ) {
    this.#self = { credential: { type: 1, identity: utf8(identity) }, signatureKeys: suite.generateSignatureKeyPair() };
    this.#context = {
      suite,
      authentication: {
        refuse: () => undefined,
        clientId: ({ signatureKey }) => bytesKey(signatureKey),
        isSuccessor: () => true,
      },
      supported: { extensions: [], proposals: [], credentials: [1] },
      psk: (id) => (id.kind === "external" ? this.#psks.get(bytesKey(id.id)) : undefined),
      ratchetLimits: defaultRatchetLimits,
      maxMembers: 64,
      maxLifetime: 90n * 86400n,
    };
  }

  async createKeyPackage(): Promise<Uint8Array> {
    const own = generateKeyPackage(this.#context, this.#self, { lifetime: keyPackageLifetime() });
    this.#keyPackages.push(own);
    return encodeMessage({ kind: "keyPackage", keyPackage: own.keyPackage });
  }

  learnPsk(id: Uint8Array, secret: Uint8Array): void {
    this.#psks.set(bytesKey(id), secret);
  }

  async createGroup(groupId: Uint8Array): Promise<RedoubtGroup> {
    const group = createGroup(this.#context, this.#self, { groupId, lifetime: keyPackageLifetime() });
    return new RedoubtGroup(this.#context, group);
  }

  async join(welcome: Uint8Array): Promise<RedoubtGroup> {
    const joined = joinGroup(this.#context, welcome, this.#keyPackages);
    this.#keyPackages.splice(this.#keyPackages.indexOf(joined.used), 1);
    joined.consumed.wipe();
    return new RedoubtGroup(this.#context, joined.group);
  }

  async joinExternally(groupInfo: Uint8Array, options: { resync?: boolean } = {}) {
    const former = options.resync ? { removed: this.#formerLeaf(groupInfo) } : {};
    const { message, group } = joinExternally(this.#context, groupInfo, this.#self, former);
    return { commit: message, group: new RedoubtGroup(this.#context, group) };
  }

  /** Where this client's signature key stands in the tree of a group info. */
  #formerLeaf(groupInfo: Uint8Array): number {
    const tree = findExtension(parseGroupInfo(groupInfo).extensions, extensionType.ratchetTree);
    const ownKey = bytesKey(this.#self.signatureKeys.publicKey);
    for (const [leaf, { signatureKey }] of tree === undefined ? [] : decodeRatchetTree(tree).members())
      if (bytesKey(signatureKey) === ownKey) return leaf;
    throw new Error(`${this.identity} has no leaf to replace`);
  }
}

/** One member's state, wiped as it advances like a real client's. */
export class RedoubtGroup implements PeerGroup {
  #state: Group | undefined;

  constructor(
    private readonly context: MlsContext,
    state: Group,
  ) {
    this.#state = state;
  }

  /** The state itself; there is none once this member was removed. */
  get state(): Group {
    if (this.#state === undefined) throw new Error("This member was removed");
    return this.#state;
  }
  get isRemoved(): boolean {
    return this.#state === undefined;
  }
  get epoch(): bigint {
    return this.state.epoch.context.epoch;
  }
  get ownLeaf(): number {
    return this.state.epoch.ownLeaf;
  }
  get treeHash(): Uint8Array {
    return this.state.epoch.context.treeHash;
  }
  get epochAuthenticator(): Uint8Array {
    return epochAuthenticator(this.state);
  }
  get members() {
    return [...this.state.epoch.tree.members()].map(([leaf, node]) => ({ leaf, identity: identityOf(node) }));
  }

  fork(): RedoubtGroup {
    // Through the stored form: what is wiped here must not be wiped there.
    return new RedoubtGroup(this.context, decodeGroup(encodeGroup(this.state)));
  }

  async exportSecret(label: string, context: Uint8Array, length: number): Promise<Uint8Array> {
    return exportSecret(this.context.suite, this.state, label, context, length);
  }

  async propose(change: Change, wire: Wire = "public"): Promise<Uint8Array> {
    const proposal = this.#toProposal(change);
    return this.#keep(propose(this.context, this.state, proposal, { framing: wire, now: seconds() }));
  }

  /** Proposes a new encryption key for our own leaf (RFC 9420 §12.1.2): the peers have no function for it. */
  async proposeUpdate(wire: Wire = "public"): Promise<Uint8Array> {
    return this.#keep(proposeUpdate(this.context, this.state, {}, { framing: wire }));
  }

  async commit(changes: readonly Change[] = [], wire: Wire = "public"): Promise<PendingCommit> {
    const proposals = changes.map((change) => this.#toProposal(change));
    const made = commit(this.context, this.state, { proposals, framing: wire, now: seconds() });
    this.#advance(made.group, made.consumed);
    return {
      message: made.message,
      welcome: made.welcome,
      merge: async () => this.#merge(stageOwnCommit(this.context, this.state, made.pending)),
    };
  }

  /** @param padding zero bytes to append before encryption */
  async seal(data: Uint8Array, authenticatedData: Uint8Array = new Uint8Array(), padding = 0): Promise<Uint8Array> {
    const sealed = seal(this.context, this.state, data, { authenticatedData, padding });
    this.#advance(sealed.group, sealed.consumed);
    return sealed.message;
  }

  async process(message: Uint8Array): Promise<Processed> {
    const verified = verifyMessage(this.context, this.state, parseMessage(message));
    const sender = verified.sender.kind === "member" ? verified.sender.leafIndex : undefined;
    if (verified.kind === "commit") {
      const staged = stageCommit(this.context, this.state, verified);
      this.#merge(staged);
      return { kind: "commit", sender: staged.committer };
    }
    const isApplication = verified.kind === "application";
    const accepted = isApplication
      ? acceptApplication(this.state, verified)
      : acceptProposal(this.context, this.state, verified, seconds());
    this.#advance(accepted.group, accepted.consumed);
    if (!isApplication) return { kind: "proposal", sender };
    const { data, authenticatedData } = verified;
    return { kind: "application", data, authenticatedData, sender };
  }

  async exportGroupInfo(): Promise<Uint8Array> {
    return exportGroupInfo(this.context, this.state, { externalPub: true });
  }

  #keep(proposed: Proposed): Uint8Array {
    this.#advance(proposed.group, proposed.consumed);
    return proposed.message;
  }

  #merge(staged: StagedCommit): void {
    const merged = mergeCommit(this.state, staged);
    this.#advance(merged.group, merged.consumed);
  }

  #advance(state: Group | undefined, consumed: Consumed): void {
    this.#state = state;
    consumed.wipe();
  }

  #toProposal(change: Change): Exclude<Proposal, { kind: "update" | "external-init" }> {
    switch (change.kind) {
      case "add":
        return { kind: "add", keyPackage: keyPackageOf(change.keyPackage) };
      case "remove":
        return { kind: "remove", removed: change.leaf };
      case "psk": {
        const { suite } = this.context;
        return { kind: "psk", psk: { kind: "external", id: change.id, nonce: suite.random(suite.hashLength) } };
      }
    }
  }
}

function seconds(): bigint {
  return BigInt(Math.floor(Date.now() / 1000));
}

function keyPackageOf(bytes: Uint8Array): KeyPackage {
  const message = decodeMessage(bytes);
  if (message.kind !== "keyPackage") throw new Error(`Expected a key package, found a ${message.kind}`);
  return message.keyPackage;
}

function identityOf({ credential }: LeafNode): string {
  if (credential.type !== 1) throw new Error("Not a basic credential");
  return new TextDecoder().decode(credential.identity);
}
