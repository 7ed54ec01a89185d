import { equalBytes } from "@redoubt/base";
import { encode } from "../codec/writer.js";
import { demand } from "../error.js";
import { writeExtensions } from "../structs/extension.js";
import type { GroupInfo } from "../structs/group-info.js";
import type { PreSharedKeyId } from "../structs/psk-id.js";
import type { ReadonlyTree } from "../tree/ratchet-tree.js";
import type { MlsContext } from "./context.js";
import type { Group } from "./group.js";

/**
 * Checks that a new group is what its resumption key says: the old group reinitialised (RFC 9420 §11.2) or a branch of
 * it (§11.3).
 *
 * @param old the old group in its last state
 * @throws MlsError `invalid-welcome`
 */
export function checkFollows(
  context: MlsContext,
  psks: readonly PreSharedKeyId[],
  info: GroupInfo,
  tree: ReadonlyTree,
  old: Group | undefined,
): void {
  const links = psks.filter((psk) => psk.kind === "resumption" && psk.usage !== "application");
  const [link] = links;
  if (link?.kind !== "resumption") return;
  demand(links.length === 1, "invalid-welcome", "it follows two groups");
  demand(info.context.epoch === 1n, "invalid-welcome", "a group that follows another starts at epoch 1");
  demand(old !== undefined, "invalid-welcome", "it follows a group that was not given");
  const { context: before, reinit } = old.epoch;
  const isNamed = equalBytes(link.groupId, before.groupId) && link.epoch === before.epoch;
  demand(isNamed, "invalid-welcome", "it follows another group");

  const clients = (members: ReadonlyTree) =>
    new Set([...members.members()].map(([, leaf]) => context.authentication.clientId(leaf)));
  const [oldClients, newClients] = [clients(old.epoch.tree), clients(tree)];
  if (link.usage === "branch") {
    demand(info.context.cipherSuite === before.cipherSuite, "invalid-welcome", "a branch has another cipher suite");
    const isSubset = [...newClients].every((client) => oldClients.has(client));
    demand(isSubset, "invalid-welcome", "a branch has members that the group has not");
    return;
  }
  demand(reinit !== undefined, "invalid-welcome", "the group was not reinitialised");
  const isAsAnnounced =
    equalBytes(info.context.groupId, reinit.groupId) &&
    info.context.cipherSuite === reinit.cipherSuite &&
    equalBytes(encode(info.context.extensions, writeExtensions), encode(reinit.extensions, writeExtensions));
  demand(isAsAnnounced, "invalid-welcome", "the group is not what the ReInit announced");
  const hasAll = [...oldClients].every((client) => newClients.has(client));
  demand(hasAll, "invalid-welcome", "a member of the old group is missing");
}
