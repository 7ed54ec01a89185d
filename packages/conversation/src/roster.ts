import { bytesKey } from "@redoubt/base";
import type { LeafNode, ReadonlyTree } from "@redoubt/mls";
import { type Member, readMember } from "./evidence.js";

/** A member's device in the group. */
export interface RosterLeaf {
  readonly leafIndex: number;
  readonly leaf: LeafNode;
  readonly member: Member;
}

/** Who is in a group: leaves, and by account. */
export class Roster {
  readonly leaves: readonly RosterLeaf[];
  readonly #byAccount = new Map<string, RosterLeaf[]>();

  constructor(leaves: readonly RosterLeaf[]) {
    this.leaves = leaves;
    for (const leaf of leaves) {
      const key = bytesKey(leaf.member.accountId);
      const others = this.#byAccount.get(key);
      if (others === undefined) this.#byAccount.set(key, [leaf]);
      else others.push(leaf);
    }
  }

  /** An account's devices. @param account 32 bytes */
  of(account: Uint8Array): readonly RosterLeaf[] {
    return this.#byAccount.get(bytesKey(account)) ?? [];
  }

  has(account: Uint8Array): boolean {
    return this.#byAccount.has(bytesKey(account));
  }

  /** Every account once, in the order of their first leaves. */
  get accounts(): readonly Uint8Array[] {
    return [...this.#byAccount.values()].map(([first]) => (first as RosterLeaf).member.accountId);
  }
}

/** An epoch's tree never changes, and is asked with every message. */
const rosters = new WeakMap<ReadonlyTree, Roster>();

/** @param tree of an epoch: one that changes no more */
export function rosterOf(tree: ReadonlyTree): Roster {
  const known = rosters.get(tree);
  if (known !== undefined) return known;
  const leaves = [...tree.members()].map(([leafIndex, leaf]) => ({ leafIndex, leaf, member: readMember(leaf) }));
  const roster = new Roster(leaves);
  rosters.set(tree, roster);
  return roster;
}
