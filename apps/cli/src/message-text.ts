import type { MessageInfo } from "@redoubt/client";
import { sizeText } from "./files/progress-bar.js";
import { localDate, localTime, printable, printableLine, type Style } from "./text.js";

/** Characters of a message's id that people are shown. */
const shownIdLength = 10;
/** Characters of a quoted message. */
const quoteLength = 60;

/** The contract's fields of a message. */
export function messageRecord(info: MessageInfo): object {
  const { message, conversation, from, text, at, replyTo, attachments, reactions, edited, deleted, state } = info;
  const { thread, mentions, mentionsMe, silent, expiresAt, deliveredTo, readBy, unsupported } = info;
  return {
    message,
    conversation,
    from,
    text,
    at,
    replyTo,
    reactions,
    edited,
    deleted,
    attachments: attachments.map(({ name, type, size }) => ({ name, type, size })),
    state,
    thread,
    mentions,
    mentionsMe,
    silent,
    expiresAt,
    deliveredTo,
    readBy,
    unsupported,
  };
}

/** What a message says, or what is said in its place. */
function textOf({ text, attachments, deleted, unsupported }: MessageInfo): string {
  if (deleted) return "(deleted)";
  const files = attachments.map(({ name, size }) => `[${printableLine(name)}, ${sizeText(size)}]`);
  const other = unsupported ? ["(something that this version cannot show)"] : [];
  return [...(text === "" ? [] : [text]), ...files, ...other].join(" ");
}

/** The same on one line. */
export function oneLine(message: MessageInfo): string {
  return printableLine(textOf(message));
}

/** How messages are shown to people, one after the other: a new day has a line of its own. */
export class Timeline {
  readonly #showsIds: boolean;
  #day = "";
  readonly #shown = new Map<string, MessageInfo>();

  /** @param showsIds whether each message is shown with the beginning of its id */
  constructor(showsIds = false) {
    this.#showsIds = showsIds;
  }

  text(info: MessageInfo, { dim, bold, warn }: Style): string {
    const { message, from, at, state, reason, edited } = info;
    const day = localDate(at);
    const heading = day === this.#day ? "" : `${dim(`— ${day} —`)}\n`;
    this.#day = day;
    const quote = this.#quote(info);
    const standing = state === "pending" ? dim(" (waiting)") : state === "failed" ? warn(` (not sent: ${reason})`) : "";
    const notes = [...(edited ? ["edited"] : []), ...reactionsOf(info), ...receiptOf(info)].map((note) => ` ${note}`);
    this.#shown.set(message, info);
    return [
      heading,
      quote === "" ? "" : `${dim(quote)}\n`,
      `${dim(localTime(at))} ${bold(`@${from}`)}: ${printable(textOf(info))}${standing}`,
      notes.length === 0 ? "" : dim(notes.join("")),
      this.#showsIds || info.attachments.length > 0 ? dim(` ${message.slice(0, shownIdLength)}`) : "",
    ].join("");
  }

  #quote({ replyTo }: MessageInfo): string {
    if (replyTo === undefined) return "";
    const quoted = this.#shown.get(replyTo);
    if (quoted === undefined) return "      > (an earlier message)";
    const line = [...oneLine(quoted)];
    const cut = line.length > quoteLength ? `${line.slice(0, quoteLength).join("")}…` : line.join("");
    return `      > @${quoted.from}: ${cut}`;
  }
}

/** Each emoji with those who gave it. */
function reactionsOf({ reactions }: MessageInfo): readonly string[] {
  const by = new Map<string, string[]>();
  for (const { emoji, from } of reactions) by.set(emoji, [...(by.get(emoji) ?? []), `@${from}`]);
  return [...by].map(([emoji, people]) => `${printableLine(emoji)} ${people.join(" ")}`);
}

function receiptOf({ readBy, deliveredTo }: MessageInfo): readonly string[] {
  if (readBy.length > 0) return [`read by ${readBy.map((name) => `@${name}`).join(" ")}`];
  return deliveredTo.length > 0 ? ["delivered"] : [];
}
