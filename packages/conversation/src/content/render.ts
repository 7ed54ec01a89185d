import { bytesKey, equalBytes } from "@redoubt/base";
import type { AnnotationContent, Showable } from "./classify.js";

/** A message as it was sent, by what identifies it. */
export interface Original {
  /** 32 bytes. */
  readonly id: Uint8Array;
  /** The account that sent it: all devices of an account have the same rights over it. */
  readonly sender: Uint8Array;
  readonly content: Showable;
}

/** An annotation as it was sent. */
export interface Annotation {
  readonly id: Uint8Array;
  readonly sender: Uint8Array;
  readonly content: AnnotationContent;
}

export interface Reaction {
  /** The message that brought it. */
  readonly id: Uint8Array;
  readonly account: Uint8Array;
  readonly emoji: string;
}

/** A message as it is shown, after all that was said about it. */
export interface Rendered {
  readonly original: Original;
  /** What is shown, and the id under which it was sent: the original's, or that of its last edit. */
  readonly content: Showable;
  readonly version: Uint8Array;
  readonly isEdited: boolean;
  /** A deleted message shows nothing of itself; it stays deleted. */
  readonly isDeleted: boolean;
  /** In the order in which they came, each emoji of an account once. */
  readonly reactions: readonly Reaction[];
  /** Keys of the ids under which this message can be meant. */
  readonly versions: ReadonlySet<string>;
}

/** Reactions that are shown of one account, and of all. */
const [maxOfAccount, maxReactions] = [8, 1_000] as const;

/** Who, beside its sender, may delete a message for everybody. */
export type MayModerate = (account: Uint8Array) => boolean;

const nobody: MayModerate = () => false;

/** A message that nothing was said about yet. */
function renderOriginal(original: Original): Rendered {
  return {
    original,
    content: original.content,
    version: original.id,
    isEdited: false,
    isDeleted: false,
    reactions: [],
    versions: new Set([bytesKey(original.id)]),
  };
}

/**
 * The rules of the draft (§5.5 to §5.7), for one annotation that follows those before it in the log:
 *
 * - only the sender's account edits; it and moderators delete; what is deleted stays so and takes nothing more;
 * - an edit names the message or an earlier edit of it, and may not name a reaction;
 * - a reaction belongs to who sent it: only that account replaces it or takes it back.
 *
 * @returns the same object when the annotation has no effect
 */
export function annotate(rendered: Rendered, annotation: Annotation, mayModerate: MayModerate = nobody): Rendered {
  if (rendered.isDeleted) return rendered;
  const { content, sender, id } = annotation;
  const isOurs = rendered.versions.has(bytesKey(content.target));
  const isAuthor = equalBytes(sender, rendered.original.sender);
  switch (content.kind) {
    case "edit": {
      if (!isOurs || !isAuthor) return rendered;
      const versions = new Set(rendered.versions).add(bytesKey(id));
      return { ...rendered, content, version: id, isEdited: true, versions };
    }
    case "deletion":
      if (!isOurs) return withdraw(rendered, annotation);
      if (!isAuthor && !mayModerate(sender)) return rendered;
      return { ...rendered, isDeleted: true, reactions: [] };
    case "withdrawal":
      return withdraw(rendered, annotation);
    case "reaction":
      return isOurs ? react(rendered, annotation, content) : rendered;
  }
}

/** The message after all of them, in the log's order. */
export function render(original: Original, annotations: Iterable<Annotation>, mayModerate?: MayModerate): Rendered {
  let rendered = renderOriginal(original);
  for (const annotation of annotations) rendered = annotate(rendered, annotation, mayModerate);
  return rendered;
}

function withdraw(rendered: Rendered, { sender, content: { target } }: Annotation): Rendered {
  const reactions = rendered.reactions.filter(({ id, account }) => {
    return !(equalBytes(id, target) && equalBytes(account, sender));
  });
  return reactions.length === rendered.reactions.length ? rendered : { ...rendered, reactions };
}

function react(
  rendered: Rendered,
  { id, sender }: Annotation,
  { emojis, replaces }: Extract<AnnotationContent, { kind: "reaction" }>,
): Rendered {
  const isReplaced = (reaction: Reaction) => replaces !== undefined && equalBytes(reaction.id, replaces);
  const kept = rendered.reactions.filter((reaction) => {
    return !(equalBytes(reaction.account, sender) && isReplaced(reaction));
  });
  const own = kept.filter(({ account }) => equalBytes(account, sender));
  const fresh = emojis.filter((emoji) => !own.some((other) => other.emoji === emoji));
  const room = Math.max(0, Math.min(maxOfAccount - own.length, maxReactions - kept.length));
  const added = fresh.slice(0, room).map((emoji) => ({ id, account: sender, emoji }));
  if (added.length === 0 && kept.length === rendered.reactions.length) return rendered;
  return { ...rendered, reactions: [...kept, ...added] };
}
