import type { ContactInfo, ConversationInfo } from "@redoubt/client";
import type { Alarm } from "../session/alarms.js";

/** `pinned`: the keys are those that were seen first. `confirmed`: their safety number was compared. */
export type Trust = "pinned" | "confirmed" | "alarm";

/** What is known about a contact's keys. */
export function trustIn(
  contact: ContactInfo | undefined,
  alarms: readonly Alarm[],
  conversations: readonly ConversationInfo[],
): Trust {
  const direct = conversations.find(({ kind, title }) => kind === "direct" && title === contact?.username);
  const isAlarmed = alarms.some((alarm) => alarm.kind === "alarm" && alarm.conversation === direct?.conversation);
  if (isAlarmed) return "alarm";
  return contact?.isConfirmed === true ? "confirmed" : "pinned";
}
