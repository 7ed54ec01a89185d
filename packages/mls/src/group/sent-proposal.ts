import type { Extensions } from "../structs/extension.js";
import type { Sender } from "../structs/framing.js";
import type { Proposal } from "../structs/proposal.js";
import type { ReadonlyTree } from "../tree/ratchet-tree.js";

/** A proposal with who made it, as a commit takes it up. */
export interface SentProposal {
  readonly proposal: Proposal;
  readonly sender: Sender;
  readonly isByReference: boolean;
}

/** The group before the commit, as far as proposals are concerned. */
export interface ProposalBase {
  readonly groupId: Uint8Array;
  readonly tree: ReadonlyTree;
  readonly extensions: Extensions;
}

/** Circumstances that loosen or tighten the rules. */
export interface ApplyOptions {
  /** Seconds since 1970; given by the committer, who must check lifetimes (§7.3). */
  readonly now?: bigint | undefined;
  /** Set while a group is set up that follows another (§11.2, §11.3). */
  readonly follows?: "reinit" | "branch" | undefined;
}
