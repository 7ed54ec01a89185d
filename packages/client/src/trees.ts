import { asSecret } from "@redoubt/base";
import { readTreePlace } from "@redoubt/conversation";
import { parseWelcome } from "@redoubt/mls";
import type { Transport } from "@redoubt/transport";
import type { Errand } from "./errands.js";
import { getSmallBlob, putSmallBlob } from "./files/small-blob.js";
import { enterWithTree, type InboxOutcome, type InboxPorts } from "./inbox.js";
import { decodeInboxItem } from "./inbox-item.js";
import { findKeyPackages } from "./key-packages.js";

export interface TreePorts extends InboxPorts {
  readonly transportOf: (relay: string) => Transport;
  /** What entering led to; it is stored. */
  readonly entered: (outcome: InboxOutcome) => void;
}

/** Puts a ratchet tree where newcomers look for it, or fetches one and enters. @throws as `small-blob.ts` */
export async function runTreeErrand(
  ports: TreePorts,
  errand: Extract<Errand, { kind: "tree" | "enter" }>,
): Promise<void> {
  const { context, conversations, transportOf } = ports;
  if (errand.kind === "tree") {
    const { access } = conversations.get(errand.conversation);
    const place = { blobId: errand.blobId, key: asSecret<32>(errand.key) };
    await putSmallBlob({ transport: transportOf(access.relay), context, access }, errand.bytes, place);
    return;
  }
  const item = decodeInboxItem(errand.item);
  if (item?.kind !== "welcome") return;
  const references = parseWelcome(item.welcome).secrets.map(({ newMember }) => newMember);
  const place = readTreePlace(context, findKeyPackages(ports.store, ports.own, references), item.welcome);
  if (place === undefined) return;
  const tree = await getSmallBlob({ transport: transportOf(place.relay), context }, place);
  ports.entered(enterWithTree(ports, item, tree));
}
