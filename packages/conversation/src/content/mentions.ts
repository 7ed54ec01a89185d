import type { WrittenText } from "./text.js";
import { accountUri, readAccountUri } from "./uris.js";

/** A stretch of a shown text that means an account. Places are UTF-16 code units. */
export interface Mention {
  /** 32 bytes. */
  readonly account: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** A text as it is shown. Always text: nothing in it is ever markup. */
export interface ShownText {
  readonly text: string;
  readonly mentions: readonly Mention[];
}

/** A user name behind an @ that begins a word. */
const named = /(?<![\p{L}\p{N}_@])@([a-z][a-z0-9_]{2,31})(?![\p{L}\p{N}_])/gu;

// Whatever GFM gives a meaning; a backslash before any ASCII punctuation takes it away.
const marked = /[\\`*_{}[\]()<>#+\-=.!|~&:]/g;

/** Escapes, hard breaks, and links to accounts whose text begins with an @. */
const written =
  /\\(?<escaped>[!-/:-@[-`{-~\n])|\[(?<label>@[^\][\\\n]{1,64})\]\((?<uri>redoubt:account\/[0-9a-f]{64})\)/g;

/**
 * Writes a text with its mentions: one that names a member by `@name` becomes markdown with a link for each (§5.4), and
 * everything else in it is escaped, so that it reads as it was typed. Without mentions it stays plain text.
 *
 * @param accountOf the account of a member by user name
 */
export function markMentions(text: string, accountOf: (username: string) => Uint8Array | undefined): WrittenText {
  let [markdown, from, hasMention] = ["", 0, false];
  for (const match of text.matchAll(named)) {
    const account = accountOf(match[1] as string);
    if (account === undefined) continue;
    hasMention = true;
    markdown += `${escaped(text.slice(from, match.index))}[${match[0]}](${accountUri(account)})`;
    from = match.index + match[0].length;
  }
  if (!hasMention) return { format: "plain", text };
  return { format: "markdown", text: markdown + escaped(text.slice(from)) };
}

function escaped(text: string): string {
  return text.replaceAll(marked, "\\$&").replaceAll("\n", "\\\n");
}

/**
 * Reads a written text back. A link to an account is a mention only if its text is that account's name: any other could
 * show one person and mean another, and stays as it was written.
 *
 * @param nameOf the user name of an account, if it is known
 */
export function readMentions(
  { format, text }: WrittenText,
  nameOf: (account: Uint8Array) => string | undefined,
): ShownText {
  if (format === "plain") return { text, mentions: [] };
  let [shown, from] = ["", 0];
  const mentions: Mention[] = [];
  for (const match of text.matchAll(written)) {
    const { escaped: character, label, uri } = match.groups as Record<string, string | undefined>;
    shown += text.slice(from, match.index);
    from = match.index + match[0].length;
    const account = uri === undefined ? undefined : readAccountUri(uri);
    if (character !== undefined) shown += character;
    else if (account === undefined || label !== `@${nameOf(account)}`) shown += match[0];
    else {
      mentions.push({ account, start: shown.length, end: shown.length + label.length });
      shown += label;
    }
  }
  return { text: shown + text.slice(from), mentions };
}

/** Joins texts that follow one another, a line each. */
export function joinShown(texts: readonly ShownText[]): ShownText {
  let text = "";
  const mentions: Mention[] = [];
  for (const [i, next] of texts.entries()) {
    if (i > 0) text += "\n";
    for (const { account, start, end } of next.mentions) {
      mentions.push({ account, start: start + text.length, end: end + text.length });
    }
    text += next.text;
  }
  return { text, mentions };
}
