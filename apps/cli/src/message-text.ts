import type { MessageInfo } from "@redoubt/client";
import { localDate, localTime, printable, type Style } from "./text.js";

/** The contract's fields of a message. */
export function messageRecord({ message, conversation, from, text, at, replyTo, state }: MessageInfo): object {
  return {
    message,
    conversation,
    from,
    text,
    at,
    replyTo,
    reactions: [],
    edited: false,
    deleted: false,
    attachments: [],
    state,
  };
}

/** How messages are shown to people, one after the other: a new day has a line of its own. */
export class Timeline {
  #day = "";

  text({ from, text, at, state, reason }: MessageInfo, { dim, bold, warn }: Style): string {
    const day = localDate(at);
    const heading = day === this.#day ? "" : `${dim(`— ${day} —`)}\n`;
    this.#day = day;
    const standing = state === "pending" ? dim(" (waiting)") : state === "failed" ? warn(` (not sent: ${reason})`) : "";
    return `${heading}${dim(localTime(at))} ${bold(`@${from}`)}: ${printable(text)}${standing}`;
  }
}
