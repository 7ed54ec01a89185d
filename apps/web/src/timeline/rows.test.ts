import type { MessageInfo } from "@redoubt/client";
import { describe, expect, it } from "vitest";
import { rowsOf } from "./rows.js";

const noon = new Date(2026, 4, 5, 12).getTime();
const minute = 60_000;

function message(id: string, from: string, at: number): MessageInfo {
  return {
    message: id,
    conversation: "c",
    from,
    text: id,
    at,
    replyTo: undefined,
    attachments: [],
    state: "received",
    reason: undefined,
    reactions: [],
    edited: false,
    deleted: false,
    unsupported: false,
    thread: undefined,
    mentions: [],
    mentionsMe: false,
    silent: false,
    expiresAt: undefined,
    deliveredTo: [],
    readBy: [],
  };
}

function shape(messages: readonly MessageInfo[], firstUnread?: string): readonly string[] {
  return rowsOf(messages, firstUnread).map((row) => {
    return row.kind === "message" ? `${row.isFirst ? "[" : ""}${row.key}${row.isLast ? "]" : ""}` : row.kind;
  });
}

describe("rowsOf", () => {
  it("puts messages of one person together that follow each other closely", () => {
    const run = [message("a", "ali", noon), message("b", "ali", noon + minute), message("c", "sara", noon + minute)];
    expect(shape(run)).toEqual(["day", "[a", "b]", "[c]"]);
    expect(shape([message("a", "ali", noon), message("b", "ali", noon + 6 * minute)])).toEqual(["day", "[a]", "[b]"]);
  });

  it("begins a day with its date", () => {
    const night = new Date(2026, 4, 5, 23, 59).getTime();
    expect(shape([message("a", "ali", night), message("b", "ali", night + 2 * minute)])).toEqual([
      "day",
      "[a]",
      "day",
      "[b]",
    ]);
  });

  it("parts what was unread from what was not", () => {
    const run = [message("a", "ali", noon), message("b", "ali", noon), message("c", "ali", noon)];
    expect(shape(run, "b")).toEqual(["day", "[a]", "unread", "[b", "c]"]);
  });

  it("gives every row a key of its own", () => {
    const run = Array.from({ length: 50 }, (_, i) => message(`m${i}`, i % 3 ? "ali" : "sara", noon + i * 3_600_000));
    const keys = rowsOf(run, "m7").map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
