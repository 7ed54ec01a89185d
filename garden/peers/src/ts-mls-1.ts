import {
  bytesToBase64,
  type CiphersuiteImpl,
  type CiphersuiteName,
  type ClientState,
  type Credential,
  createApplicationMessage,
  createCommit,
  createGroup,
  createGroupInfoWithExternalPubAndRatchetTree,
  createProposal,
  decodeMlsMessage,
  encodeMlsMessage,
  generateKeyPackageWithKey,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  type IncomingMessageCallback,
  joinGroup,
  joinGroupExternal,
  type KeyPackage,
  type MLSMessage,
  makePskIndex,
  mlsExporter,
  type PrivateKeyPackage,
  type Proposal,
  type PskIndex,
  processPrivateMessage,
  processPublicMessage,
} from "ts-mls-1";
import { makeKeyPackageRef } from "ts-mls-1/keyPackage.js";
import { readingExternalPub, writingExternalPub } from "./external-pub.js";
import { keyPackageLifetime } from "./key-package-lifetime.js";
import type { Change, Peer, PeerClient, PeerGroup, PendingCommit, Processed, SuiteId, Wire } from "./peer.js";

/**
 * ts-mls 1.6.4 numbers X-Wing 84, inside the range that IANA assigns (RFC 9420 §17.1), not in the private
 * range. Its codec writes a name that it does not know as the number the name spells, and reads an unknown
 * number as such a name, so the suite can go by another number without touching the library.
 */
const xWingName = String(0xf00e) as CiphersuiteName;

const suiteNames: Record<SuiteId, CiphersuiteName> = {
  1: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
  3: "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519",
  61454: xWingName,
};

interface OwnKeyPackage {
  readonly publicPackage: KeyPackage;
  readonly privatePackage: PrivateKeyPackage;
}

/** ts-mls 1.6.4. */
export const tsMls1: Peer<TsMls1Group> = {
  name: "ts-mls 1.6.4",
  async createClient({ suite, identity }) {
    const cipherSuite = await loadSuite(suite);
    return new TsMls1Client(identity, cipherSuite, await cipherSuite.signature.keygen());
  },
};

async function loadSuite(suite: SuiteId): Promise<CiphersuiteImpl> {
  if (suite !== 0xf00e) return getCiphersuiteImpl(getCiphersuiteFromName(suiteNames[suite]));
  const loaded = await getCiphersuiteImpl(getCiphersuiteFromName("MLS_256_XWING_CHACHA20POLY1305_SHA512_Ed25519"));
  return { ...loaded, name: xWingName };
}

class TsMls1Client implements PeerClient<TsMls1Group> {
  readonly #keyPackages: OwnKeyPackage[] = [];
  readonly #psks: Record<string, Uint8Array> = {};

  constructor(
    readonly identity: string,
    readonly cipherSuite: CiphersuiteImpl,
    private readonly signatureKeyPair: { signKey: Uint8Array; publicKey: Uint8Array },
  ) {}

  async createKeyPackage(): Promise<Uint8Array> {
    const own = await this.#generate();
    this.#keyPackages.push(own);
    return encodeMlsMessage({ version: "mls10", wireformat: "mls_key_package", keyPackage: own.publicPackage });
  }

  learnPsk(id: Uint8Array, secret: Uint8Array): void {
    this.#psks[bytesToBase64(id)] = secret;
  }

  async createGroup(groupId: Uint8Array): Promise<TsMls1Group> {
    const own = await this.#generate();
    const state = await createGroup(groupId, own.publicPackage, own.privatePackage, [], this.cipherSuite);
    return new TsMls1Group(this, state);
  }

  async join(welcomeMessage: Uint8Array): Promise<TsMls1Group> {
    const { welcome } = decodeMessage(welcomeMessage, "mls_welcome");
    for (const own of this.#keyPackages) {
      const ref = await makeKeyPackageRef(own.publicPackage, this.cipherSuite.hash);
      if (!welcome.secrets.some((s) => ref.every((byte, i) => byte === s.newMember[i]))) continue;
      const psks = this.pskIndex(undefined);
      const state = await joinGroup(welcome, own.publicPackage, own.privatePackage, psks, this.cipherSuite);
      return new TsMls1Group(this, state);
    }
    throw new Error(`The welcome is for none of ${this.identity}'s key packages`);
  }

  async joinExternally(groupInfoMessage: Uint8Array, options: { resync?: boolean } = {}) {
    const { groupInfo } = decodeMessage(groupInfoMessage, "mls_group_info");
    const own = await this.#generate();
    const externalPub = groupInfo.extensions.find(({ extensionType }) => extensionType === "external_pub");
    const { publicMessage, newState } = await joinGroupExternal(
      groupInfo,
      own.publicPackage,
      own.privatePackage,
      options.resync ?? false,
      readingExternalPub(this.cipherSuite, externalPub?.extensionData),
    );
    const commit = encodeMlsMessage({ version: "mls10", wireformat: "mls_public_message", publicMessage });
    return { commit, group: new TsMls1Group(this, newState) };
  }

  /** The pre-shared keys this client knows: its own, and the resumption keys that `state` holds. */
  pskIndex(state: ClientState | undefined): PskIndex {
    return makePskIndex(state, this.#psks);
  }

  #generate(): Promise<OwnKeyPackage> {
    return generateKeyPackageWithKey(
      { credentialType: "basic", identity: new TextEncoder().encode(this.identity) },
      {
        versions: ["mls10"],
        ciphersuites: Object.values(suiteNames),
        extensions: [],
        proposals: [],
        credentials: ["basic"],
      },
      keyPackageLifetime(),
      [],
      this.signatureKeyPair,
      this.cipherSuite,
    );
  }
}

export class TsMls1Group implements PeerGroup {
  constructor(
    private readonly client: TsMls1Client,
    /** The peer's own state, for tests that look inside it. */
    public state: ClientState,
  ) {}

  get cipherSuite(): CiphersuiteImpl {
    return this.client.cipherSuite;
  }
  get epoch(): bigint {
    return this.state.groupContext.epoch;
  }
  get ownLeaf(): number {
    return this.state.privatePath.leafIndex;
  }
  get treeHash(): Uint8Array {
    return this.state.groupContext.treeHash;
  }
  get epochAuthenticator(): Uint8Array {
    return this.state.keySchedule.epochAuthenticator;
  }
  get members() {
    return this.state.ratchetTree.flatMap((node, index) =>
      node?.nodeType === "leaf" ? [{ leaf: index / 2, identity: identityOf(node.leaf.credential) }] : [],
    );
  }

  fork(): TsMls1Group {
    // ts-mls wipes consumed secrets in place, so a shallow copy would lose them with the original.
    const { clientConfig, ...groupState } = this.state;
    return new TsMls1Group(this.client, { ...structuredClone(groupState), clientConfig });
  }

  exportSecret(label: string, context: Uint8Array, length: number): Promise<Uint8Array> {
    return mlsExporter(this.state.keySchedule.exporterSecret, label, context, length, this.cipherSuite);
  }

  async propose(change: Change, wire: Wire = "public"): Promise<Uint8Array> {
    const { newState, message } = await createProposal(
      this.state,
      wire === "public",
      this.#toProposal(change),
      this.cipherSuite,
    );
    this.state = newState;
    return encodeMlsMessage(message);
  }

  async commit(changes: readonly Change[] = [], wire: Wire = "public"): Promise<PendingCommit> {
    const { newState, commit, welcome } = await createCommit(
      { state: this.state, cipherSuite: this.cipherSuite, pskIndex: this.client.pskIndex(this.state) },
      {
        extraProposals: changes.map((change) => this.#toProposal(change)),
        wireAsPublicMessage: wire === "public",
        ratchetTreeExtension: true,
      },
    );
    return {
      message: encodeMlsMessage(commit),
      welcome: welcome && encodeMlsMessage({ version: "mls10", wireformat: "mls_welcome", welcome }),
      merge: async () => {
        this.state = newState;
      },
    };
  }

  async seal(data: Uint8Array, authenticatedData: Uint8Array = new Uint8Array()): Promise<Uint8Array> {
    const { newState, privateMessage } = await createApplicationMessage(
      this.state,
      data,
      this.cipherSuite,
      authenticatedData,
    );
    this.state = newState;
    return encodeMlsMessage({ version: "mls10", wireformat: "mls_private_message", privateMessage });
  }

  async process(bytes: Uint8Array): Promise<Processed> {
    let handshake: Processed | undefined;
    const callback: IncomingMessageCallback = (incoming) => {
      handshake = {
        kind: incoming.kind,
        sender: incoming.kind === "commit" ? incoming.senderLeafIndex : incoming.proposal.senderLeafIndex,
      };
      return "accept";
    };
    const { client, state } = this;
    const psks = client.pskIndex(state);
    const message = decodeMessage(bytes);
    // Not `processMessage`: it drops the pre-shared keys on the way to a PrivateMessage.
    if (message.wireformat === "mls_public_message") {
      this.state = (
        await processPublicMessage(state, message.publicMessage, psks, client.cipherSuite, callback)
      ).newState;
    } else if (message.wireformat === "mls_private_message") {
      const result = await processPrivateMessage(state, message.privateMessage, psks, client.cipherSuite, callback);
      this.state = result.newState;
      if (result.kind === "applicationMessage")
        return { kind: "application", data: result.message, authenticatedData: undefined, sender: undefined };
    }
    if (handshake === undefined) throw new Error("Neither a handshake nor an application message");
    return handshake;
  }

  async exportGroupInfo(): Promise<Uint8Array> {
    const groupInfo = await createGroupInfoWithExternalPubAndRatchetTree(
      this.state,
      [],
      writingExternalPub(this.cipherSuite),
    );
    return encodeMlsMessage({ version: "mls10", wireformat: "mls_group_info", groupInfo });
  }

  #toProposal(change: Change): Proposal {
    switch (change.kind) {
      case "add": {
        const { keyPackage } = decodeMessage(change.keyPackage, "mls_key_package");
        return { proposalType: "add", add: { keyPackage } };
      }
      case "remove":
        return { proposalType: "remove", remove: { removed: change.leaf } };
      case "psk": {
        const pskNonce = this.cipherSuite.rng.randomBytes(this.cipherSuite.kdf.size);
        const preSharedKeyId = { psktype: "external" as const, pskId: change.id, pskNonce };
        return { proposalType: "psk", psk: { preSharedKeyId } };
      }
    }
  }
}

function identityOf(credential: Credential): string {
  if (!("identity" in credential)) throw new Error("Not a basic credential");
  return new TextDecoder().decode(credential.identity);
}

function decodeMessage(bytes: Uint8Array): MLSMessage;
function decodeMessage<W extends MLSMessage["wireformat"]>(
  bytes: Uint8Array,
  expected: W,
): Extract<MLSMessage, { wireformat: W }>;
function decodeMessage(bytes: Uint8Array, expected?: MLSMessage["wireformat"]): MLSMessage {
  const decoded = decodeMlsMessage(bytes, 0);
  if (decoded === undefined) throw new Error("ts-mls cannot decode this MLSMessage");
  const [message] = decoded;
  if (expected !== undefined && message.wireformat !== expected)
    throw new Error(`Expected wire format ${expected}, found ${message.wireformat}`);
  return message;
}
