import { utf8 } from "@redoubt/base";
import type { KeyPair } from "@redoubt/crypto";
import {
  acceptApplication,
  acceptProposal,
  type ClientIdentity,
  type CommitOptions,
  commit,
  createGroup,
  discardPendingCommit,
  type Extensions,
  epochAuthenticator,
  type Group,
  generateKeyPackage,
  isPendingCommit,
  type JoinOptions,
  joinGroup,
  type Lifetime,
  type MlsContext,
  mergeCommit,
  type OwnKeyPackage,
  type PastEpoch,
  type PendingCommit,
  parseMessage,
  type StagedCommit,
  seal,
  stageCommit,
  stageOwnCommit,
  verifyMessage,
} from "../../src/index.js";
import { treeHash } from "../../src/tree/tree-hash.js";

/** A lifetime that no test outlives. */
export const longLifetime: Lifetime = { notBefore: 0n, notAfter: 2n ** 63n - 1n };

/** What a member made of a message. */
export type Received =
  | { readonly kind: "application"; readonly leafIndex: number; readonly data: Uint8Array; readonly generation: number }
  | { readonly kind: "proposal"; readonly reference: Uint8Array }
  | { readonly kind: "commit"; readonly staged: StagedCommit; readonly past: PastEpoch };

/** One client in one group: holds its state as a real client's store would. For tests. */
export class Member {
  readonly context: MlsContext;
  readonly name: string;
  signatureKeys: KeyPair;
  readonly keyPackages: OwnKeyPackage[] = [];
  #group: Group | undefined;
  pending: PendingCommit | undefined;
  wasRemoved = false;

  constructor(context: MlsContext, name: string) {
    this.context = context;
    this.name = name;
    this.signatureKeys = context.suite.generateSignatureKeyPair();
  }

  get group(): Group {
    if (this.#group === undefined) throw new Error(`${this.name} is in no group`);
    return this.#group;
  }

  set group(group: Group) {
    this.#group = group;
  }

  get identity(): ClientIdentity {
    return { credential: { type: 1, identity: utf8(this.name) }, signatureKeys: this.signatureKeys };
  }

  get leafIndex(): number {
    return this.group.epoch.ownLeaf;
  }

  get epoch(): bigint {
    return this.group.epoch.context.epoch;
  }

  get authenticator(): Uint8Array {
    return epochAuthenticator(this.group);
  }

  get treeHash(): Uint8Array {
    return treeHash(this.context.suite, this.group.epoch.tree);
  }

  found(groupId: Uint8Array, extensions: Extensions = []): this {
    this.group = createGroup(this.context, this.identity, { groupId, lifetime: longLifetime, extensions });
    return this;
  }

  /** A fresh key package, kept for a welcome. */
  publish(): OwnKeyPackage {
    const own = generateKeyPackage(this.context, this.identity, { lifetime: longLifetime });
    this.keyPackages.push(own);
    return own;
  }

  /** Makes a commit that stays pending until it is received. @returns what goes out */
  commit(options: CommitOptions = {}): { readonly message: Uint8Array; readonly welcome: Uint8Array | undefined } {
    const made = commit(this.context, this.group, options);
    this.group = made.group;
    this.pending = made.pending;
    made.consumed.wipe();
    return made;
  }

  /** Commits additions of others by value. */
  add(...others: readonly Member[]): { readonly message: Uint8Array; readonly welcome: Uint8Array | undefined } {
    return this.commit({
      proposals: others.map((other) => ({ kind: "add", keyPackage: other.publish().keyPackage })),
    });
  }

  join(welcome: Uint8Array, options: JoinOptions = {}): this {
    const joined = joinGroup(this.context, welcome, this.keyPackages, options);
    this.group = joined.group;
    joined.consumed.wipe();
    this.keyPackages.splice(this.keyPackages.indexOf(joined.used), 1);
    this.wasRemoved = false;
    return this;
  }

  seal(text: string): Uint8Array {
    const sealed = seal(this.context, this.group, utf8(text));
    this.group = sealed.group;
    sealed.consumed.wipe();
    return sealed.message;
  }

  /** Takes in a message of the group in its order, one's own commits included. */
  receive(bytes: Uint8Array): Received {
    const pending = this.pending;
    if (pending !== undefined && isPendingCommit(this.context.suite, pending, bytes)) {
      this.pending = undefined;
      return this.#merge(stageOwnCommit(this.context, this.group, pending));
    }
    const verified = verifyMessage(this.context, this.group, parseMessage(bytes));
    switch (verified.kind) {
      case "application": {
        const accepted = acceptApplication(this.group, verified);
        this.group = accepted.group;
        accepted.consumed.wipe();
        const { leafIndex, data, generation } = verified;
        return { kind: "application", leafIndex, data, generation: generation as number };
      }
      case "proposal": {
        const accepted = acceptProposal(this.context, this.group, verified);
        this.group = accepted.group;
        accepted.consumed.wipe();
        return { kind: "proposal", reference: verified.reference };
      }
      case "commit":
        return this.#merge(stageCommit(this.context, this.group, verified));
    }
  }

  #merge(staged: StagedCommit): Received {
    const merged = mergeCommit(this.group, staged);
    this.#group = merged.group;
    this.wasRemoved = merged.group === undefined;
    merged.consumed.wipe();
    if (this.pending !== undefined) {
      discardPendingCommit(this.pending);
      this.pending = undefined;
    }
    return { kind: "commit", staged, past: merged.past };
  }
}

/** A group of `count` members: the first added all others by one commit. */
export function groupOf(context: MlsContext, count: number, groupId: Uint8Array = utf8("group")): Member[] {
  const members = Array.from({ length: count }, (_, i) => new Member(context, `member-${i}`));
  const [founder, ...others] = members;
  if (founder === undefined) return [];
  founder.found(groupId);
  if (others.length === 0) return members;
  const { message, welcome } = founder.add(...others);
  founder.receive(message);
  for (const other of others) other.join(welcome as Uint8Array);
  return members;
}

/** Gives a message to all of them. */
export function deliver(members: readonly Member[], message: Uint8Array): Received[] {
  return members.map((member) => member.receive(message));
}
