import type { StagedCommit } from "@redoubt/mls";
import { ConversationError } from "./error.js";
import { readMember } from "./evidence.js";
import { admits, readPolicy } from "./policy.js";

/**
 * What Redoubt allows a commit to do, beyond RFC 9420. Judged from the commit and the shared state alone, so that all
 * members come to the same answer.
 *
 * @throws ConversationError `against-profile`, `unsupported-policy`, `malformed`
 */
export function checkProfile(staged: StagedCommit): void {
  const refuse = (why: string): never => {
    throw new ConversationError("against-profile", why);
  };
  if (staged.isExternal) refuse("an external commit");
  if (!staged.hasPath) refuse("a commit without a path");
  for (const { proposal, sender, isByReference } of staged.proposals) {
    if (sender.kind !== "member") refuse("a proposal from outside");
    const isSelfRemoval = proposal.kind === "self-remove" && isByReference;
    const isPlain =
      proposal.kind === "add" || proposal.kind === "remove" || proposal.kind === "group-context-extensions";
    if (!isSelfRemoval && !(isPlain && !isByReference)) refuse(`a proposal of kind ${proposal.kind}`);
  }
  const policy = readPolicy(staged.extensions);
  if (staged.extensionsChanged && policy.kind === "direct") refuse("a direct conversation does not change its rules");
  for (const { leaf } of staged.added) {
    if (!admits(policy, readMember(leaf).accountId)) refuse("an account that does not belong here");
  }
}
