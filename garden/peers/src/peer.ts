/**
 * One face for every MLS implementation that takes part in a test, our own included.
 *
 * All messages are whole `MLSMessage` encodings (RFC 9420 §6), so nothing but bytes passes between
 * two peers. Methods return promises because ts-mls is asynchronous; a synchronous implementation
 * may resolve at once.
 */

/** Cipher suites of RFC 9420 §17.1 (1, 3) and X-Wing with ChaCha20-Poly1305, SHA-512 and Ed25519 (private use). */
export type SuiteId = 1 | 3 | 0xf00e;

export const allSuites: readonly SuiteId[] = [1, 3, 0xf00e];

/** An MLS implementation. */
export interface Peer<G extends PeerGroup = PeerGroup> {
  readonly name: string;
  /** Makes a client with a fresh signature key and a basic credential holding `identity` in UTF-8. */
  createClient(options: { suite: SuiteId; identity: string }): Promise<PeerClient<G>>;
}

/** One client: a signature key, its unused key packages and the pre-shared keys it knows. */
export interface PeerClient<G extends PeerGroup = PeerGroup> {
  readonly identity: string;
  /** Makes a key package and keeps its private part. Returns an mls_key_package message. */
  createKeyPackage(): Promise<Uint8Array>;
  /** Makes an external pre-shared key known, for groups joined or created before or after (RFC 9420 §8.4). */
  learnPsk(id: Uint8Array, secret: Uint8Array): void;
  /** Creates a group of one, at epoch 0. */
  createGroup(groupId: Uint8Array): Promise<G>;
  /** Joins from an mls_welcome message that carries the ratchet tree. Rejects when the welcome is refused. */
  join(welcome: Uint8Array): Promise<G>;
  /**
   * Joins by an external commit from an mls_group_info message with `external_pub` and `ratchet_tree`
   * (RFC 9420 §12.4.3.2). `resync` removes this client's former leaf in the same commit.
   */
  joinExternally(groupInfo: Uint8Array, options?: { resync?: boolean }): Promise<{ commit: Uint8Array; group: G }>;
}

/** A change to a group: as a proposal by value in a commit, or as a proposal of its own. */
export type Change =
  | { readonly kind: "add"; readonly keyPackage: Uint8Array }
  | { readonly kind: "remove"; readonly leaf: number }
  | { readonly kind: "psk"; readonly id: Uint8Array };

export type Wire = "public" | "private";

/** One member's state of a group. The object advances in place; `fork` gives an independent copy. */
export interface PeerGroup {
  readonly epoch: bigint;
  readonly ownLeaf: number;
  readonly treeHash: Uint8Array;
  readonly epochAuthenticator: Uint8Array;
  /** Non-blank leaves in order. */
  readonly members: readonly { leaf: number; identity: string }[];
  /** An independent copy of this member's state, secrets included. */
  fork(): PeerGroup;
  /** MLS-Exporter of RFC 9420 §8.5; `length` in bytes. */
  exportSecret(label: string, context: Uint8Array, length: number): Promise<Uint8Array>;
  /** Proposes one change. The proposal is pending for this member's own commits too. */
  propose(change: Change, wire?: Wire): Promise<Uint8Array>;
  /**
   * Makes a commit of the pending proposals and `changes`; an empty commit is an update of this
   * member's own path. Nothing changes until `merge` is called.
   */
  commit(changes?: readonly Change[], wire?: Wire): Promise<PendingCommit>;
  /** Seals application data into an mls_private_message. */
  seal(data: Uint8Array, authenticatedData?: Uint8Array): Promise<Uint8Array>;
  /** Processes a proposal, commit or application message of another member, and advances. */
  process(message: Uint8Array): Promise<Processed>;
  /** A signed mls_group_info message with `external_pub` and `ratchet_tree`. */
  exportGroupInfo(): Promise<Uint8Array>;
}

export interface PendingCommit {
  readonly message: Uint8Array;
  /** Present if the commit adds someone; carries the ratchet tree. */
  readonly welcome: Uint8Array | undefined;
  /** Advances the committer to the new epoch. */
  merge(): Promise<void>;
}

/** What a message held. `sender` is a leaf index, undefined where the implementation does not tell. */
export type Processed =
  | {
      readonly kind: "application";
      readonly data: Uint8Array;
      readonly authenticatedData: Uint8Array | undefined;
      readonly sender: number | undefined;
    }
  | { readonly kind: "proposal" | "commit"; readonly sender: number | undefined };
