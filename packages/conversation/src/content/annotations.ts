import { emptyBytes, fromUtf8, type Random, utf8 } from "@redoubt/base";
import { ConversationError } from "../error.js";
import { mediaType, splitMediaType } from "./media-types.js";
import type { MimiContent } from "./mimi-content.js";
import { disposition, type NestedPart } from "./part.js";

/** The longest reaction, in bytes of UTF-8, and how many may stand in one message. */
const [maxReactionLength, maxReactions] = [64, 8] as const;

function annotation(
  random: Random,
  fields: Partial<Pick<MimiContent, "replaces" | "inReplyTo">>,
  body: NestedPart,
): MimiContent {
  return {
    salt: random(16),
    replaces: fields.replaces,
    topicId: emptyBytes,
    expires: undefined,
    inReplyTo: fields.inReplyTo,
    extensions: new Map(),
    body,
  };
}

/**
 * A reaction to a message (§5.3).
 *
 * @param to the id of the message, or of the edit of it that is shown
 * @param replaces the id of an earlier reaction of the same account that it stands for from now on
 * @throws ConversationError `bad-reaction`
 */
export function reactionMessage(random: Random, to: Uint8Array, emoji: string, replaces?: Uint8Array): MimiContent {
  if (!isReaction(emoji)) throw new ConversationError("bad-reaction");
  const contentType = "text/plain;charset=utf-8";
  const body = { disposition: disposition.reaction, language: "", contentType, content: utf8(emoji) };
  return annotation(random, { inReplyTo: to, replaces }, { kind: "single", ...body });
}

/** Takes a reaction back (§5.7). @param reaction the id of the reaction; @param to of what it was to */
export function withdrawalMessage(random: Random, reaction: Uint8Array, to: Uint8Array): MimiContent {
  const body: NestedPart = { kind: "null", disposition: disposition.reaction, language: "" };
  return annotation(random, { replaces: reaction, inReplyTo: to }, body);
}

/** Deletes a message for everybody (§5.6). */
export function deletionMessage(random: Random, message: Uint8Array): MimiContent {
  return annotation(random, { replaces: message }, { kind: "null", disposition: disposition.render, language: "" });
}

/** Whether a text is fit to be shown beside a message: short, on one line, and something to be seen. */
function isReaction(text: string): boolean {
  return (
    utf8(text).length <= maxReactionLength && !/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u.test(text) && /\S/u.test(text)
  );
}

/** The reactions in a body that has that disposition; none if one of them is nothing that can be shown. */
export function readReactions(part: NestedPart): readonly string[] {
  const texts = part.kind === "multi" ? part.parts.map(reactionOf) : [reactionOf(part)];
  const known = texts.filter((text) => text !== undefined);
  return known.length === texts.length && known.length <= maxReactions ? [...new Set(known)] : [];
}

function reactionOf(part: NestedPart): string | undefined {
  if (part.kind !== "single" || splitMediaType(part.contentType).name !== mediaType.plain) return undefined;
  const text = fromUtf8(part.content);
  return text !== undefined && isReaction(text) ? text : undefined;
}
