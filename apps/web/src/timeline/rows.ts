import type { MessageInfo } from "@redoubt/client";
import { dayOf } from "../i18n/format.js";

/** What stands in the timeline, from top to bottom. */
export type Row =
  | { readonly kind: "day"; readonly key: string; readonly at: number }
  | { readonly kind: "unread"; readonly key: string }
  | {
      readonly kind: "message";
      readonly key: string;
      readonly message: MessageInfo;
      /** Whether it begins and ends a run of one person's messages. */
      readonly isFirst: boolean;
      readonly isLast: boolean;
    };

/** Messages of one person with less than this between them, in milliseconds, stand together. */
const together = 5 * 60_000;

function belongs(earlier: MessageInfo | undefined, later: MessageInfo | undefined): boolean {
  if (earlier === undefined || later === undefined) return false;
  return earlier.from === later.from && later.at - earlier.at < together && dayOf(earlier.at) === dayOf(later.at);
}

/** The rows of some messages, oldest first. */
export function rowsOf(messages: readonly MessageInfo[], firstUnread: string | undefined): readonly Row[] {
  const rows: Row[] = [];
  for (const [i, message] of messages.entries()) {
    const [before, after] = [messages[i - 1], messages[i + 1]];
    if (before === undefined || dayOf(before.at) !== dayOf(message.at)) {
      rows.push({ kind: "day", key: `day ${dayOf(message.at)} ${message.message}`, at: message.at });
    }
    const isUnread = message.message === firstUnread;
    if (isUnread) rows.push({ kind: "unread", key: "unread" });
    const isFirst = isUnread || !belongs(before, message);
    const isLast = after?.message === firstUnread || !belongs(message, after);
    rows.push({ kind: "message", key: message.message, message, isFirst, isLast });
  }
  return rows;
}
