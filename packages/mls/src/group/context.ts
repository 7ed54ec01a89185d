import type { CipherSuite } from "@redoubt/crypto";
import type { RatchetLimits } from "../protect/secret-tree.js";
import type { PskLookup } from "../schedule/psk.js";
import type { Credential } from "../structs/credential.js";
import type { Extensions } from "../structs/extension.js";
import type { LeafNode } from "../structs/leaf-node.js";

/** A credential with the key that it speaks for, as it stands in a leaf or in the external_senders extension. */
export interface PresentedCredential {
  readonly credential: Credential;
  readonly signatureKey: Uint8Array;
  /** The leaf's extensions, where evidence for the credential may travel; empty for external senders. */
  readonly extensions: Extensions;
}

/**
 * The Authentication Service (RFC 9420 §5.3.1). Its answers depend on their arguments alone, so that all members judge
 * alike: no clock, no look-up, no state.
 */
export interface AuthenticationService {
  /** Why the credential does not speak for the key, or `undefined` if it does. Called for every new leaf. */
  refuse(presented: PresentedCredential): string | undefined;
  /** What makes two leaves the same client: at most one of them may be in a group (§12.2). */
  clientId(leaf: LeafNode): string;
  /** Whether a member may replace its credential by another (§5.3.1). */
  isSuccessor(before: LeafNode, after: LeafNode): boolean;
}

/** What a client understands beyond the defaults of RFC 9420 §7.2; announced in its capabilities. */
export interface Supported {
  readonly extensions: readonly number[];
  readonly proposals: readonly number[];
  readonly credentials: readonly number[];
}

/** What every operation needs: the algorithms and the judgement of the application. Holds no state of a group. */
export interface MlsContext {
  readonly suite: CipherSuite;
  readonly authentication: AuthenticationService;
  readonly supported: Supported;
  readonly psk: PskLookup;
  readonly ratchetLimits: RatchetLimits;
  /** Members that a group may have. One number for all clients: a commit beyond it is invalid. */
  readonly maxMembers: number;
  /** Seconds between the two ends of a key package's lifetime, at most, for whoever adds it (RFC 9420 §7.2). */
  readonly maxLifetime: bigint;
}
