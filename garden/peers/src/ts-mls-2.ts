import {
  bytesToBase64,
  type CiphersuiteImpl,
  type ClientState,
  type Credential,
  type CryptoProvider,
  clientStateEncoder,
  createApplicationMessage,
  createCommit,
  createGroup,
  createGroupInfoWithExternalPubAndRatchetTree,
  createProposal,
  decode,
  defaultCredentialTypes,
  defaultCryptoProvider,
  defaultExtensionTypes,
  defaultProposalTypes,
  encode,
  generateKeyPackageWithKey,
  type IncomingMessageCallback,
  joinGroup,
  joinGroupExternal,
  type KeyPackage,
  type MlsContext,
  type MlsMessage,
  makeKeyPackageRef,
  mlsExporter,
  mlsMessageDecoder,
  mlsMessageEncoder,
  nodeTypes,
  type PrivateKeyPackage,
  type Proposal,
  processPrivateMessage,
  processPublicMessage,
  protocolVersions,
  pskTypes,
  unsafeTestingAuthenticationService,
  wireformats,
} from "ts-mls-2";
import { readingExternalPub, writingExternalPub } from "./external-pub.js";
import { keyPackageLifetime } from "./key-package-lifetime.js";
import {
  allSuites,
  type Change,
  type Peer,
  type PeerClient,
  type PeerGroup,
  type PendingCommit,
  type Processed,
  type Wire,
} from "./peer.js";

interface OwnKeyPackage {
  readonly publicPackage: KeyPackage;
  readonly privatePackage: PrivateKeyPackage;
}

/** ts-mls 2.0.0-rc.10 over given cryptography. */
export function createTsMls2(name: string, provider: CryptoProvider): Peer<TsMls2Group> {
  return {
    name,
    async createClient({ suite, identity }) {
      const cipherSuite = await provider.getCiphersuiteImpl(suite);
      return new TsMls2Client(identity, cipherSuite, await cipherSuite.signature.keygen());
    },
  };
}

/** ts-mls 2.0.0-rc.10. */
export const tsMls2: Peer<TsMls2Group> = createTsMls2("ts-mls 2.0.0-rc.10", defaultCryptoProvider);

/** The whole of a member's state in the peer's own encoding. */
export function encodeWholeState(group: TsMls2Group): Uint8Array {
  return encode(clientStateEncoder, group.state);
}

class TsMls2Client implements PeerClient<TsMls2Group> {
  readonly #keyPackages: OwnKeyPackage[] = [];
  readonly #psks: Record<string, Uint8Array> = {};
  /** What ts-mls takes with every call; shared by all groups of this client. */
  readonly context: MlsContext;

  constructor(
    readonly identity: string,
    readonly cipherSuite: CiphersuiteImpl,
    private readonly signatureKeyPair: { signKey: Uint8Array; publicKey: Uint8Array },
  ) {
    this.context = { cipherSuite, authService: unsafeTestingAuthenticationService, externalPsks: this.#psks };
  }

  async createKeyPackage(): Promise<Uint8Array> {
    const own = await this.#generate();
    this.#keyPackages.push(own);
    return encodeMessage({
      version: protocolVersions.mls10,
      wireformat: wireformats.mls_key_package,
      keyPackage: own.publicPackage,
    });
  }

  learnPsk(id: Uint8Array, secret: Uint8Array): void {
    this.#psks[bytesToBase64(id)] = secret;
  }

  async createGroup(groupId: Uint8Array): Promise<TsMls2Group> {
    const own = await this.#generate();
    const state = await createGroup({
      context: this.context,
      groupId,
      keyPackage: own.publicPackage,
      privateKeyPackage: own.privatePackage,
    });
    return new TsMls2Group(this.context, state);
  }

  async join(welcomeMessage: Uint8Array): Promise<TsMls2Group> {
    const { welcome } = decodeMessage(welcomeMessage, wireformats.mls_welcome);
    for (const own of this.#keyPackages) {
      const ref = await makeKeyPackageRef(own.publicPackage, this.cipherSuite.hash);
      if (!welcome.secrets.some((s) => ref.every((byte, i) => byte === s.newMember[i]))) continue;
      const state = await joinGroup({
        context: this.context,
        welcome,
        keyPackage: own.publicPackage,
        privateKeys: own.privatePackage,
      });
      return new TsMls2Group(this.context, state);
    }
    throw new Error(`The welcome is for none of ${this.identity}'s key packages`);
  }

  async joinExternally(groupInfoMessage: Uint8Array, options: { resync?: boolean } = {}) {
    const { groupInfo } = decodeMessage(groupInfoMessage, wireformats.mls_group_info);
    const own = await this.#generate();
    const externalPub = groupInfo.extensions.find((e) => e.extensionType === defaultExtensionTypes.external_pub);
    const cipherSuite = readingExternalPub(this.cipherSuite, externalPub?.extensionData as Uint8Array | undefined);
    const { publicMessage, newState } = await joinGroupExternal({
      context: { ...this.context, cipherSuite },
      groupInfo,
      keyPackage: own.publicPackage,
      privateKeys: own.privatePackage,
      resync: options.resync ?? false,
    });
    const commit = encodeMessage({
      version: protocolVersions.mls10,
      wireformat: wireformats.mls_public_message,
      publicMessage,
    });
    return { commit, group: new TsMls2Group(this.context, newState) };
  }

  #generate(): Promise<OwnKeyPackage> {
    return generateKeyPackageWithKey({
      credential: {
        credentialType: defaultCredentialTypes.basic,
        identity: new TextEncoder().encode(this.identity),
      },
      signatureKeyPair: this.signatureKeyPair,
      cipherSuite: this.cipherSuite,
      capabilities: {
        versions: [protocolVersions.mls10],
        ciphersuites: [...allSuites],
        extensions: [],
        proposals: [],
        credentials: [defaultCredentialTypes.basic],
      },
      lifetime: keyPackageLifetime(),
      extensions: [],
    });
  }
}

export class TsMls2Group implements PeerGroup {
  constructor(
    readonly context: MlsContext,
    /** The peer's own state, for tests that look inside it. */
    public state: ClientState,
  ) {}

  get cipherSuite(): CiphersuiteImpl {
    return this.context.cipherSuite;
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
      node?.nodeType === nodeTypes.leaf ? [{ leaf: index / 2, identity: identityOf(node.leaf.credential) }] : [],
    );
  }

  fork(): TsMls2Group {
    // ts-mls wipes consumed secrets in place, so a shallow copy would lose them with the original.
    return new TsMls2Group(this.context, structuredClone(this.state));
  }

  exportSecret(label: string, context: Uint8Array, length: number): Promise<Uint8Array> {
    return mlsExporter(this.state.keySchedule.exporterSecret, label, context, length, this.cipherSuite);
  }

  async propose(change: Change, wire: Wire = "public"): Promise<Uint8Array> {
    const { newState, message } = await createProposal({
      context: this.context,
      state: this.state,
      proposal: this.#toProposal(change),
      wireAsPublicMessage: wire === "public",
    });
    this.state = newState;
    return encodeMessage(message);
  }

  async commit(changes: readonly Change[] = [], wire: Wire = "public"): Promise<PendingCommit> {
    const { newState, commit, welcome } = await createCommit({
      context: this.context,
      state: this.state,
      extraProposals: changes.map((change) => this.#toProposal(change)),
      wireAsPublicMessage: wire === "public",
      ratchetTreeExtension: true,
    });
    return {
      message: encodeMessage(commit),
      welcome: welcome && encodeMessage(welcome),
      merge: async () => {
        this.state = newState;
      },
    };
  }

  async seal(data: Uint8Array, authenticatedData: Uint8Array = new Uint8Array()): Promise<Uint8Array> {
    const { newState, message } = await createApplicationMessage({
      context: this.context,
      state: this.state,
      message: data,
      authenticatedData,
    });
    this.state = newState;
    return encodeMessage(message);
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
    const { context, state } = this;
    const message = decodeMessage(bytes);
    // Not `processMessage`: it drops the pre-shared keys on the way to a PrivateMessage.
    if (message.wireformat === wireformats.mls_public_message) {
      this.state = (
        await processPublicMessage({ context, state, publicMessage: message.publicMessage, callback })
      ).newState;
    } else if (message.wireformat === wireformats.mls_private_message) {
      const result = await processPrivateMessage({ context, state, privateMessage: message.privateMessage, callback });
      this.state = result.newState;
      if (result.kind === "applicationMessage")
        return { kind: "application", data: result.message, authenticatedData: result.aad, sender: undefined };
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
    return encodeMessage({ version: protocolVersions.mls10, wireformat: wireformats.mls_group_info, groupInfo });
  }

  #toProposal(change: Change): Proposal {
    switch (change.kind) {
      case "add": {
        const { keyPackage } = decodeMessage(change.keyPackage, wireformats.mls_key_package);
        return { proposalType: defaultProposalTypes.add, add: { keyPackage } };
      }
      case "remove":
        return { proposalType: defaultProposalTypes.remove, remove: { removed: change.leaf } };
      case "psk": {
        const pskNonce = this.cipherSuite.rng.randomBytes(this.cipherSuite.kdf.size);
        const preSharedKeyId = { psktype: pskTypes.external, pskId: change.id, pskNonce };
        return { proposalType: defaultProposalTypes.psk, psk: { preSharedKeyId } };
      }
    }
  }
}

function identityOf(credential: Credential): string {
  if (!("identity" in credential)) throw new Error("Not a basic credential");
  return new TextDecoder().decode(credential.identity);
}

function encodeMessage(message: MlsMessage): Uint8Array {
  return encode(mlsMessageEncoder, message);
}

function decodeMessage(bytes: Uint8Array): MlsMessage;
function decodeMessage<W extends MlsMessage["wireformat"]>(
  bytes: Uint8Array,
  expected: W,
): Extract<MlsMessage, { wireformat: W }>;
function decodeMessage(bytes: Uint8Array, expected?: MlsMessage["wireformat"]): MlsMessage {
  const message = decode(mlsMessageDecoder, bytes);
  if (message === undefined) throw new Error("ts-mls cannot decode this MLSMessage");
  if (expected !== undefined && message.wireformat !== expected)
    throw new Error(`Expected wire format ${expected}, found ${message.wireformat}`);
  return message;
}
