import { decodeRatchetTree, extensionType, findExtension, parseGroupInfo, type ReadonlyTree } from "@redoubt/mls";
import type { Peer } from "../../src/peer.js";
import { tsMls1 } from "../../src/ts-mls-1.js";
import { tsMls2 } from "../../src/ts-mls-2.js";

/** What is about to happen in a mixed group. */
export interface Outlook {
  /** Who commits, unless someone joins by itself. */
  readonly committer: Peer | undefined;
  /** Kinds of the proposals that are to be committed. */
  readonly kinds: readonly ("add" | "remove" | "update" | "psk")[];
  /** Who is in the group and stays. */
  readonly members: readonly Peer[];
  readonly joining: readonly Peer[];
  /** The tree after a commit, or the one that an external joiner is given; unknown until the commit is made. */
  readonly tree: ReadonlyTree | undefined;
}

/** Something that random operations leave out because a peer is known to be wrong there. */
interface Avoided {
  readonly what: string;
  readonly section: string;
  /** The test that shows the fault, in test/faults. */
  readonly fault: string;
  readonly applies: (outlook: Outlook) => boolean;
}

const isTsMls = (peer: Peer) => peer.name === tsMls1.name || peer.name === tsMls2.name;

/** All that is left out, and why. */
export const avoided: readonly Avoided[] = [
  {
    what: "ts-mls 2.0.0-rc.10 commits a removal or an update: without a path, or with one sealed to the old keys",
    section: "RFC 9420 §12.4, §12.4.1",
    fault: "removal.test.ts, update-proposals.test.ts",
    applies: ({ committer, kinds }) =>
      committer?.name === tsMls2.name && (kinds.includes("remove") || kinds.includes("update")),
  },
  {
    what: "a commit after which the root stays blank: ts-mls 1.6.4 derives another secret, 2.0.0-rc.10 refuses it",
    section: "RFC 9420 §7.4, §12.4.2",
    fault: "tree-shapes.test.ts",
    applies: ({ members, committer, tree }) =>
      committer !== undefined && members.some(isTsMls) && tree !== undefined && leftHalfIsBlank(tree),
  },
  {
    what: "ts-mls joins where two nodes above an unmerged leaf do not list the same unmerged leaves",
    section: "RFC 9420 §12.4.3.1",
    fault: "tree-shapes.test.ts",
    applies: ({ joining, tree }) => joining.some(isTsMls) && tree !== undefined && listsDiffer(tree),
  },
];

/** The tree that a group info carries. */
export function treeOf(groupInfo: Uint8Array): ReadonlyTree {
  const tree = findExtension(parseGroupInfo(groupInfo).extensions, extensionType.ratchetTree);
  if (tree === undefined) throw new Error("The group info carries no tree");
  return decodeRatchetTree(tree);
}

/** Then the root is not on the filtered direct path of anyone who commits. */
function leftHalfIsBlank(tree: ReadonlyTree): boolean {
  const half = tree.leafCount / 2;
  return tree.leafCount > 1 && [...tree.members()].every(([leaf]) => leaf >= half);
}

/** Whether two non-blank nodes above an unmerged leaf list different leaves. */
function listsDiffer(tree: ReadonlyTree): boolean {
  const parents = [...tree.filledParents()];
  return parents.some(([, { unmergedLeaves }]) =>
    unmergedLeaves.some((leaf) =>
      parents.some(([above, other]) => isAbove(above, leaf) && `${other.unmergedLeaves}` !== `${unmergedLeaves}`),
    ),
  );
}

/** By the array of RFC 9420 appendix C: a node of level k covers the 2^k - 1 nodes on each side. */
function isAbove(node: number, leaf: number): boolean {
  return Math.abs(node - 2 * leaf) < 1 << trailingOnes(node);
}

function trailingOnes(value: number): number {
  return 31 - Math.clz32(~value & (value + 1));
}
