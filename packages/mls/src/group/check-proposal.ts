import { demand } from "../error.js";
import { protocolVersion } from "../structs/key-package.js";
import { isForExternalSenders } from "../structs/proposal.js";
import { checkGroupExtensions } from "./check-group-extensions.js";
import type { MlsContext } from "./context.js";
import { checkKeyPackage } from "./key-packages.js";
import type { ApplyOptions, ProposalBase, SentProposal } from "./sent-proposal.js";
import { checkLeaf, checkSuccessor } from "./validate-leaf.js";

/**
 * Whether one proposal is valid by itself (RFC 9420 §12.1) and from this sender (§12.1.8).
 *
 * @param base the group before the commit; `extensions` already those that the commit sets
 * @throws MlsError `invalid-proposal`, `wrong-sender`, `invalid-leaf`, `invalid-key-package`
 */
export function checkProposal(
  context: MlsContext,
  base: ProposalBase,
  { proposal, sender, isByReference }: SentProposal,
  options: ApplyOptions,
): void {
  if (sender.kind === "external") demand(isForExternalSenders(proposal.kind), "wrong-sender", "external sender");
  if (sender.kind === "new-member-proposal") demand(proposal.kind === "add", "wrong-sender", "new member");
  switch (proposal.kind) {
    case "add":
      return checkKeyPackage(context, proposal.keyPackage, base.extensions, options.now);
    case "update": {
      demand(sender.kind === "member", "wrong-sender", "update");
      const before = base.tree.leaf(sender.leafIndex);
      demand(before !== undefined, "invalid-proposal", "an update of a blank leaf");
      const position = { groupId: base.groupId, leafIndex: sender.leafIndex };
      checkLeaf(context, proposal.leafNode, { sources: ["update"], position, groupExtensions: base.extensions });
      return checkSuccessor(context, before, proposal.leafNode);
    }
    case "remove":
      return demand(base.tree.leaf(proposal.removed) !== undefined, "invalid-proposal", "a removal of a blank leaf");
    case "self-remove":
      demand(sender.kind === "member" && isByReference, "invalid-proposal", "a self-removal is sent by its member");
      return demand(base.tree.leaf(sender.leafIndex) !== undefined, "invalid-proposal", "a removal of a blank leaf");
    case "psk": {
      const { psk } = proposal;
      demand(psk.nonce.length === context.suite.hashLength, "invalid-proposal", "pre-shared key nonce");
      const fits = psk.kind === "external" || psk.usage === "application" || psk.usage === options.follows;
      return demand(fits, "invalid-proposal", "a resumption key for another purpose");
    }
    case "reinit":
      return demand(proposal.reinit.version >= protocolVersion, "invalid-proposal", "ReInit to an older version");
    case "group-context-extensions":
      return checkGroupExtensions(context, proposal.extensions);
    case "external-init":
      return;
  }
}
