import { ConversationError } from "../error.js";
import { readReactions } from "./annotations.js";
import { CborReader, demand } from "./cbor-reader.js";
import { mediaType, splitMediaType } from "./media-types.js";
import { decodeStatusReport, type ReportedStatus } from "./message-status.js";
import type { Expiration, MimiContent } from "./mimi-content.js";
import { disposition, type NestedPart } from "./part.js";
import { type ProfileCard, readProfile } from "./profile-card.js";
import { type WrittenText, writtenTextsOf } from "./text.js";

/** What stands in the place of a message. */
export interface Showable {
  /** Empty when there is nothing that this client can show as text. */
  readonly texts: readonly WrittenText[];
  /** Whether there is something here that this client cannot show, which is said in its place. */
  readonly isUnsupported: boolean;
  readonly expires: Expiration | undefined;
}

/** A message of its own. */
export interface ShownContent extends Showable {
  readonly kind: "shown";
  readonly replyTo: Uint8Array | undefined;
  /** Empty for no thread. */
  readonly thread: Uint8Array;
  readonly isSilent: boolean;
}

/** What says something about another message. Targets are ids as the sender named them. */
export type AnnotationContent =
  | {
      readonly kind: "reaction";
      readonly target: Uint8Array;
      readonly emojis: readonly string[];
      /** The id of a reaction that this one stands for. */
      readonly replaces: Uint8Array | undefined;
    }
  /** Takes a reaction back: the target is the reaction. */
  | { readonly kind: "withdrawal"; readonly target: Uint8Array }
  | (Showable & { readonly kind: "edit"; readonly target: Uint8Array })
  /** Of a message for everybody; of a reaction, the same as a withdrawal. */
  | { readonly kind: "deletion"; readonly target: Uint8Array };

/** What tells something and is not kept. */
export type SignalContent =
  | { readonly kind: "status"; readonly statuses: readonly ReportedStatus[] }
  | { readonly kind: "typing"; readonly isTyping: boolean }
  | { readonly kind: "profile"; readonly profile: ProfileCard }
  /** Says nothing, or a signal that is none: passed over. */
  | { readonly kind: "nothing" };

export type Classified = ShownContent | AnnotationContent | SignalContent;

/** Our private extension: its value `true` asks that nobody be disturbed by the message. */
export const silentExtension = -1;
export const silentValue = Uint8Array.of(0xf5);

/** Parts deeper down are attachments of their own kind, and shown as such by whoever knows them. */
const attached: readonly number[] = [
  disposition.render,
  disposition.inline,
  disposition.attachment,
  disposition.preview,
  disposition.icon,
];

/** What a content is. Every content is something: what this client does not know is shown as unsupported. */
export function classify(content: MimiContent): Classified {
  const { body, replaces, inReplyTo } = content;
  if (body.kind === "null") {
    if (replaces === undefined) return { kind: "nothing" };
    return { kind: body.disposition === disposition.reaction ? "withdrawal" : "deletion", target: replaces };
  }
  const signal = readSignal(body);
  if (signal !== undefined) return signal;
  if (body.disposition === disposition.reaction && inReplyTo !== undefined) {
    const emojis = readReactions(body);
    if (emojis.length > 0) return { kind: "reaction", target: inReplyTo, emojis, replaces };
  }
  const showable = readShowable(content);
  if (replaces !== undefined) return { kind: "edit", target: replaces, ...showable };
  const silent = content.extensions.get(silentExtension);
  const isSilent = silent?.length === 1 && silent[0] === silentValue[0];
  return { kind: "shown", ...showable, replyTo: inReplyTo, thread: content.topicId, isSilent };
}

function readShowable({ body, expires }: MimiContent): Showable {
  const texts = writtenTextsOf(body);
  return { texts: texts ?? [], isUnsupported: texts === undefined && !hasAttachment(body), expires };
}

function hasAttachment(part: NestedPart): boolean {
  if (part.kind === "external") return attached.includes(part.disposition);
  return part.kind === "multi" && part.parts.some(hasAttachment);
}

function readSignal(body: NestedPart): SignalContent | undefined {
  if (body.disposition === disposition.profile) {
    const profile = readProfile(body);
    return profile === undefined ? { kind: "nothing" } : { kind: "profile", profile };
  }
  if (body.kind !== "single") return undefined;
  switch (splitMediaType(body.contentType).name) {
    case mediaType.status:
      return orNothing(() => ({ kind: "status", statuses: decodeStatusReport(body.content) }));
    case mediaType.typing:
      return orNothing(() => ({ kind: "typing", isTyping: readTyping(body.content) }));
    default:
      return undefined;
  }
}

function readTyping(bytes: Uint8Array): boolean {
  const reader = new CborReader(bytes);
  const isTyping = reader.bool();
  demand(reader.isDone, "bytes are left over");
  return isTyping;
}

function orNothing(read: () => SignalContent): SignalContent {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConversationError) return { kind: "nothing" };
    throw error;
  }
}
