import { encodeMimiContent, type MimiContent, sealContent } from "@redoubt/conversation";
import type { KeyVerdicts } from "../key-verdict.js";
import { outboxKind } from "../outbox.js";
import { stoppingVerdict } from "../sealing.js";
import type { MessagePorts } from "./message-ports.js";

export interface SignalPorts extends MessagePorts {
  readonly verdicts: KeyVerdicts;
}

/**
 * Seals what is told and not kept: ratchet state, ciphertext and outbox row commit together, with what `note` writes.
 *
 * @returns false when nothing can be sealed now, because a change of ours is under way, we are no member, or keys are in doubt
 */
export function queueSignal(ports: SignalPorts, id: Uint8Array, content: MimiContent, note: () => void): boolean {
  const { context, store, conversations, verdicts } = ports;
  const before = conversations.get(id);
  if (before.group === undefined || before.pending !== undefined || store.rejoins.get(id) !== undefined) return false;
  if (stoppingVerdict(verdicts, before) !== undefined) return false;
  const { state, entryId, bytes, consumed } = sealContent(context, before, encodeMimiContent(content));
  store.transaction(() => {
    conversations.update(before, state);
    store.outbox.add({ conversation: id, entryId, bytes, messageId: undefined, kind: outboxKind.entry });
    note();
  });
  conversations.keep(state);
  consumed.wipe();
  return true;
}
