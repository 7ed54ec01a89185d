import { emptyBytes, fromUtf8, type Random, utf8 } from "@redoubt/base";
import { ConversationError } from "../error.js";
import { mediaType, splitMediaType } from "./media-types.js";
import type { ContentExtensions, Expiration, MimiContent } from "./mimi-content.js";
import { disposition, type NestedPart, type SinglePart } from "./part.js";

/** The longest text in a message, in bytes of UTF-8; a longer one is sent as an attachment. */
export const maxTextLength = 16 * 1024;

const plainText = "text/plain;charset=utf-8";
const markdown = "text/markdown;variant=GFM-MIMI";

/** What a text message may have besides its text. */
export interface TextOptions {
  /** The id of the message that it answers. */
  readonly replyTo?: Uint8Array | undefined;
  /** The id of the message that it edits. */
  readonly replaces?: Uint8Array | undefined;
  readonly expires?: Expiration | undefined;
  readonly topicId?: Uint8Array | undefined;
  readonly extensions?: ContentExtensions | undefined;
}

/** A text as it is sent: as it was typed, or as the markdown of `markMentions`. */
export interface WrittenText {
  readonly format: "plain" | "markdown";
  readonly text: string;
}

/**
 * A message of plain text, with a fresh salt.
 *
 * @throws ConversationError `too-long` above `maxTextLength`
 */
export function textMessage(random: Random, text: string, options: TextOptions = {}): MimiContent {
  if (utf8(text).length > maxTextLength) throw new ConversationError("too-long");
  return writtenMessage(random, { format: "plain", text }, options);
}

/** A message of text in either format, with a fresh salt. */
export function writtenMessage(random: Random, { format, text }: WrittenText, options: TextOptions = {}): MimiContent {
  return {
    salt: random(16),
    replaces: options.replaces,
    topicId: options.topicId ?? emptyBytes,
    expires: options.expires,
    inReplyTo: options.replyTo,
    extensions: options.extensions ?? new Map(),
    body: {
      kind: "single",
      disposition: disposition.render,
      language: "",
      contentType: format === "plain" ? plainText : markdown,
      content: utf8(text),
    },
  };
}

/**
 * A message's body with another text: attachments stay, whatever else it showed goes.
 *
 * @param text the body of a text message
 */
export function replaceText(body: NestedPart, text: NestedPart): NestedPart {
  const parts = body.kind === "multi" && body.semantics === "processAll" ? body.parts : [body];
  const attachments = parts.filter((part) => part.kind === "external");
  if (attachments.length === 0) return text;
  return {
    kind: "multi",
    disposition: disposition.render,
    language: "",
    semantics: "processAll",
    parts: [text, ...attachments],
  };
}

/**
 * The text of a message, for a client that shows text alone. Markdown is given as it was written (§7.1); of a choice the
 * first text is taken; of parts that belong together, nothing unless all of them are text.
 *
 * @returns undefined when there is no text to show
 */
export function plainTextOf({ body }: MimiContent): string | undefined {
  const texts = writtenTextsOf(body);
  return texts?.map(({ text }) => text).join("\n");
}

/** The texts of a body, in order, by the rule of `plainTextOf`. HTML is no text: it is never shown. */
export function writtenTextsOf(part: NestedPart): readonly WrittenText[] | undefined {
  if (part.kind === "single") return textOfSingle(part);
  if (part.kind !== "multi") return undefined;
  const texts = part.parts.map(writtenTextsOf);
  const known = texts.filter((text) => text !== undefined);
  if (part.semantics === "chooseOne") return known[0];
  if (part.semantics === "singleUnit" && known.length < texts.length) return undefined;
  return known.length === 0 ? undefined : known.flat();
}

function textOfSingle({ contentType, content }: SinglePart): readonly WrittenText[] | undefined {
  const { name, parameters } = splitMediaType(contentType);
  if (name !== mediaType.plain && name !== mediaType.markdown) return undefined;
  const charset = parameters.find((parameter) => parameter.startsWith("charset="))?.slice("charset=".length);
  const isUtf8 = charset === undefined || ["utf-8", '"utf-8"', "us-ascii", '"us-ascii"'].includes(charset);
  const text = isUtf8 ? fromUtf8(content) : undefined;
  return text === undefined ? undefined : [{ format: name === mediaType.plain ? "plain" : "markdown", text }];
}
