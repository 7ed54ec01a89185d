import { asSecret } from "@redoubt/base";
import { readTreePlace } from "@redoubt/conversation";
import { parseWelcome } from "@redoubt/mls";
import type { Transport } from "@redoubt/transport";
import { type Errand, NotYet } from "./errands.js";
import { getSmallBlob, putSmallBlob } from "./files/small-blob.js";
import { enterLate, type InboxOutcome, type InboxPorts } from "./inbox.js";
import { decodeInboxItem } from "./inbox-item.js";
import { findKeyPackages } from "./key-packages.js";

export interface LateWelcomePorts extends InboxPorts {
  readonly transportOf: (relay: string) => Transport;
  readonly isCaughtUp: () => boolean;
  /** What entering led to; it is stored. */
  readonly entered: (outcome: InboxOutcome) => void;
}

/**
 * Puts a ratchet tree where newcomers look for it; or enters by a welcome that came too early.
 *
 * @throws as `small-blob.ts`; NotYet while the logs may still tell that we were put out of the group
 */
export async function runWelcomeErrand(
  ports: LateWelcomePorts,
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
  const ratchetTree = place && (await getSmallBlob({ transport: transportOf(place.relay), context }, place));
  const outcome = enterLate(ports, item, ratchetTree === undefined ? {} : { ratchetTree });
  if (outcome !== "member") ports.entered(outcome);
  // Once all is read and we still are in the group, nobody has welcomed us back.
  else if (!ports.isCaughtUp()) throw new NotYet();
}
