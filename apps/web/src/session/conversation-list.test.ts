import type { ConversationInfo } from "@redoubt/client";
import { expect, it } from "vitest";
import { inOrder } from "./conversation-list.js";

function chat(conversation: string, at: number | undefined, pinned = false): ConversationInfo {
  return {
    conversation,
    kind: "direct",
    title: conversation,
    unread: 0,
    last: at === undefined ? undefined : { text: "", at },
    state: "active",
    muted: undefined,
    pinned,
    draft: undefined,
    mentions: 0,
  };
}

it("lists pinned conversations first, then by their newest message, fresh ones on top", () => {
  const listed = inOrder([chat("old", 1), chat("pinned", 0, true), chat("new", 2), chat("fresh", undefined)]);
  expect(listed.map(({ conversation }) => conversation)).toEqual(["pinned", "fresh", "new", "old"]);
});
