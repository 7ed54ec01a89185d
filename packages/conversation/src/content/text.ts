import { emptyBytes, fromUtf8, type Random, utf8 } from "@redoubt/base";
import { ConversationError } from "../error.js";
import type { Expiration, MimiContent } from "./mimi-content.js";
import { disposition, type NestedPart, type SinglePart } from "./part.js";

/** The longest text in a message, in bytes of UTF-8; a longer one is sent as an attachment. */
export const maxTextLength = 16 * 1024;

const plainText = "text/plain;charset=utf-8";

/** What a text message may have besides its text. */
export interface TextOptions {
  /** The id of the message that it answers. */
  readonly replyTo?: Uint8Array | undefined;
  /** The id of the message that it edits. */
  readonly replaces?: Uint8Array | undefined;
  readonly expires?: Expiration | undefined;
  readonly topicId?: Uint8Array | undefined;
}

/**
 * A message of plain text, with a fresh salt.
 *
 * @throws ConversationError `too-long` above `maxTextLength`
 */
export function textMessage(random: Random, text: string, options: TextOptions = {}): MimiContent {
  const content = utf8(text);
  if (content.length > maxTextLength) throw new ConversationError("too-long");
  return {
    salt: random(16),
    replaces: options.replaces,
    topicId: options.topicId ?? emptyBytes,
    expires: options.expires,
    inReplyTo: options.replyTo,
    extensions: new Map(),
    body: { kind: "single", disposition: disposition.render, language: "", contentType: plainText, content },
  };
}

/**
 * The text of a message, for a client that shows text alone. Markdown is given as it was written (§7.1); of a choice the
 * first text is taken; of parts that belong together, nothing unless all of them are text.
 *
 * @returns undefined when there is no text to show
 */
export function plainTextOf({ body }: MimiContent): string | undefined {
  return textOfPart(body);
}

function textOfPart(part: NestedPart): string | undefined {
  if (part.kind === "single") return textOfSingle(part);
  if (part.kind !== "multi") return undefined;
  const texts = part.parts.map(textOfPart);
  const known = texts.filter((text) => text !== undefined);
  if (part.semantics === "chooseOne") return known[0];
  if (part.semantics === "singleUnit" && known.length < texts.length) return undefined;
  return known.length === 0 ? undefined : known.join("\n");
}

function textOfSingle({ contentType, content }: SinglePart): string | undefined {
  const [mediaType = "", ...parameters] = contentType.split(";").map((piece) => piece.trim().toLowerCase());
  if (mediaType !== "text/plain" && mediaType !== "text/markdown") return undefined;
  const charset = parameters.find((parameter) => parameter.startsWith("charset="))?.slice("charset=".length);
  const isUtf8 = charset === undefined || ["utf-8", '"utf-8"', "us-ascii", '"us-ascii"'].includes(charset);
  return isUtf8 ? fromUtf8(content) : undefined;
}
