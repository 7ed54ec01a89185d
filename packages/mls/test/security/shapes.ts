import { utf8 } from "@redoubt/base";
import type { MlsContext } from "../../src/index.js";
import { deliver, Member } from "../support/member.js";

/** How a tree came to be: who was added to a tree without keys, who left, and who committed since, in order. */
export interface Shape {
  readonly leaves: number;
  readonly blanks?: readonly number[];
  /** Leaves whose direct paths were filled by a commit of theirs. */
  readonly filled?: readonly number[];
  /** Members that were added last and without a path: unmerged at every filled node above them. */
  readonly unmerged?: number;
}

/** The members of a group of that shape, in the order of their leaves. The one who removes fills its path. */
export function buildShape(context: MlsContext, shape: Shape): Member[] {
  const { leaves, blanks = [], filled = [], unmerged = 0 } = shape;
  const everyone = Array.from({ length: leaves }, (_, i) => new Member(context, `member-${i}`));
  const [founder, ...others] = everyone as [Member, ...Member[]];
  founder.found(utf8("shape"));
  if (others.length > 0) join([founder], others);
  const staying = everyone.filter((_, i) => !blanks.includes(i));
  if (blanks.length > 0) {
    const removals = blanks.map((removed) => ({ kind: "remove", removed }) as const);
    deliver(staying, (staying[0] as Member).commit({ proposals: removals }).message);
  }
  for (const leafIndex of filled) deliver(staying, at(staying, leafIndex).commit().message);
  const late = Array.from({ length: unmerged }, (_, i) => new Member(context, `late-${i}`));
  if (late.length > 0) join(staying, late);
  return [...staying, ...late].sort((a, b) => a.leafIndex - b.leafIndex);
}

/** Adds members by a commit without a path. */
function join(present: readonly Member[], joining: readonly Member[]): void {
  const proposals = joining.map((other) => ({ kind: "add", keyPackage: other.publish().keyPackage }) as const);
  const { message, welcome } = (present[0] as Member).commit({ proposals, path: "when-required" });
  deliver(present, message);
  for (const other of joining) other.join(welcome as Uint8Array);
}

/** The member at a leaf. */
export function at(members: readonly Member[], leafIndex: number): Member {
  const member = members.find((one) => one.leafIndex === leafIndex);
  if (member === undefined) throw new RangeError(`no member at leaf ${leafIndex}`);
  return member;
}

/** All subsets of a list. */
export function subsets<T>(items: readonly T[]): T[][] {
  const found: T[][] = [[]];
  for (const item of items) found.push(...found.map((set) => [...set, item]));
  return found;
}

/** Whole numbers from 0. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
