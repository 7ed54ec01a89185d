import { bytesKey, utf8 } from "@redoubt/base";
import type { KeyPair } from "@redoubt/crypto";
import {
  type AuthenticationService,
  type ClientIdentity,
  decodeGroup,
  decodePastEpoch,
  decodePendingCommit,
  discardStagedCommit,
  encodeGroup,
  encodePastEpoch,
  encodePendingCommit,
  type Group,
  isPendingCommit,
  type LeafChanges,
  openPastMessage,
  type PastEpoch,
  parseMessage,
  recordChanges,
  type StagedCommit,
  type StoredGroup,
  stageCommit,
  stageOwnCommit,
  verifyMessage,
} from "../../src/index.js";
import { Member } from "../support/member.js";
import type { CommitStyle } from "./operation.js";

/** Everything that a state says, as a string that is equal for equal states. */
export function imageOf({ epoch, records }: StoredGroup): string {
  const parts = [...records].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${bytesKey(value)}`);
  return [bytesKey(epoch), ...parts].join("\n");
}

/** A client is its name: "name" or, after a change of credential, "name#2". */
export const byName: AuthenticationService = {
  refuse: () => undefined,
  clientId: ({ credential }) => nameIn(credential),
  isSuccessor: (before, after) => nameIn(before.credential) === nameIn(after.credential),
};

function nameIn(credential: ClientIdentity["credential"]): string {
  return credential.type === 1 ? Buffer.from(credential.identity).toString().split("#")[0]! : "";
}

/** A member whose state goes through a store, message by message, and who keeps past epochs. */
export class Client extends Member {
  readonly past = new Map<bigint, PastEpoch>();
  /** Messages that have not reached this client yet, with what they must open to. */
  late: { readonly bytes: Uint8Array; readonly epoch: bigint; readonly text: string }[] = [];
  readonly #keys = new Map<string, KeyPair>();
  #stored: { epoch: Uint8Array; records: Map<string, Uint8Array>; state: Group } | undefined;
  #revision = 0;

  override get identity(): ClientIdentity {
    const name = this.#revision === 0 ? this.name : `${this.name}#${this.#revision}`;
    return { ...super.identity, credential: { type: 1, identity: utf8(name) } };
  }

  /** Changes to our leaf; they take effect when they are merged. */
  leafChanges(what: CommitStyle["leaf"]): LeafChanges {
    if (what === "as-it-is") return {};
    if (what === "new-credential") {
      this.#revision++;
      return { credential: this.identity.credential };
    }
    const keys = this.context.suite.generateSignatureKeyPair();
    this.#keys.set(bytesKey(keys.publicKey), keys);
    return { signatureKeys: keys as NonNullable<LeafChanges["signatureKeys"]> };
  }

  image(): string {
    return imageOf(encodeGroup(this.group));
  }

  /** Writes what changed, as a store would. */
  save(): void {
    const { group } = this;
    if (this.#stored?.state.epoch !== group.epoch) {
      const { epoch, records } = encodeGroup(group);
      this.#stored = { epoch, records: new Map(records), state: group };
      return;
    }
    for (const { name, value } of recordChanges(this.#stored.state, group)) {
      if (value === undefined) this.#stored.records.delete(name);
      else this.#stored.records.set(name, value);
    }
    this.#stored.state = group;
  }

  /** What the store holds. */
  get stored(): StoredGroup {
    this.save();
    return this.#stored!;
  }

  /** Forgets everything but what is stored. */
  restart(): void {
    this.group = decodeGroup(this.stored);
    if (this.pending !== undefined) this.pending = decodePendingCommit(encodePendingCommit(this.pending));
    for (const [epoch, past] of this.past) this.past.set(epoch, decodePastEpoch(encodePastEpoch(past)));
    this.#stored = undefined;
  }

  /** Loses the group's state, as a client that is reinstalled. */
  lose(): void {
    this.past.clear();
    this.late = [];
    this.pending = undefined;
    this.#stored = undefined;
  }

  /** Stages a commit without merging it. */
  stage(bytes: Uint8Array): StagedCommit {
    const { context, group, pending } = this;
    if (pending !== undefined && isPendingCommit(context.suite, pending, bytes)) {
      return stageOwnCommit(context, group, pending);
    }
    const verified = verifyMessage(context, group, parseMessage(bytes));
    if (verified.kind !== "commit") throw new Error(`${this.name} was to stage a ${verified.kind}`);
    return stageCommit(context, group, verified);
  }

  /** Stages a commit and discards it, then merges it. @returns what it did, and the images around staging */
  takeCommit(bytes: Uint8Array): { readonly staged: StagedCommit; readonly images: readonly string[] } {
    const before = this.image();
    const dryRun = this.stage(bytes);
    const afterStaging = this.image();
    discardStagedCommit(dryRun);
    const images = [before, afterStaging, this.image()];
    const received = this.receive(bytes);
    if (received.kind !== "commit") throw new Error(`${this.name} was to merge a ${received.kind}`);
    this.past.set(received.staged.epoch - 1n, received.past);
    if (!this.wasRemoved) this.#follow();
    return { staged: received.staged, images };
  }

  /** Our signature keys are those that our leaf names now. */
  #follow(): void {
    const { signatureKey } = this.group.epoch.tree.leaf(this.leafIndex)!;
    this.signatureKeys = this.#keys.get(bytesKey(signatureKey)) ?? this.signatureKeys;
  }

  /** Opens an application message of this epoch or of one that is past. */
  open(bytes: Uint8Array): string {
    const parsed = parseMessage(bytes);
    const past = this.past.get(parsed.epoch);
    if (parsed.epoch === this.epoch || past === undefined) {
      const received = this.receive(bytes);
      return received.kind === "application" ? Buffer.from(received.data).toString() : received.kind;
    }
    const opened = openPastMessage(this.context, past, parsed);
    this.past.set(parsed.epoch, opened.past);
    opened.consumed.wipe();
    return Buffer.from(opened.data).toString();
  }
}
