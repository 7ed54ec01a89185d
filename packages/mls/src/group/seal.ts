import { emptyBytes } from "@redoubt/base";
import { demand } from "../error.js";
import { signContent } from "../protect/content-auth.js";
import type { FramedContent } from "../structs/framing.js";
import type { MlsContext } from "./context.js";
import { Consumed, demandOpen, type Group, makeGroup } from "./group.js";
import { protect, type SendOptions } from "./protect.js";

/** A sealed application message, and the state after it. Store the state before the message leaves. */
export interface Sealed {
  readonly group: Group;
  /** The MLSMessage to send. */
  readonly message: Uint8Array;
  readonly epoch: bigint;
  readonly generation: number;
  readonly consumed: Consumed;
}

/**
 * Signs and encrypts an application message (RFC 9420 §6.3, §15).
 *
 * @throws MlsError `group-closed`, `pending-proposals` (§12.4: they are committed first), `generations-exhausted`
 */
export function seal(context: MlsContext, group: Group, data: Uint8Array, options: SendOptions = {}): Sealed {
  demandOpen(group);
  demand(group.proposals.size === 0, "pending-proposals", `${group.proposals.size} of them`);
  const { epoch } = group;
  const framed: FramedContent = {
    groupId: epoch.context.groupId,
    epoch: epoch.context.epoch,
    sender: { kind: "member", leafIndex: epoch.ownLeaf },
    authenticatedData: options.authenticatedData ?? emptyBytes,
    content: { kind: "application", data },
  };
  const signature = signContent(context.suite, epoch.signaturePrivateKey, "private", framed, epoch.contextBytes);
  const content = { framing: "private", framed, auth: { signature, confirmationTag: undefined } } as const;
  const sent = protect(context, group, content, options.padding);
  return {
    group: makeGroup(epoch, sent.secretTree, group.proposals),
    message: sent.bytes,
    epoch: epoch.context.epoch,
    generation: sent.generation as number,
    consumed: new Consumed(sent.consumed),
  };
}
