import { bytesKey } from "@redoubt/base";
import {
  type Annotation,
  type Classified,
  ConversationError,
  classify,
  decodeMimiContent,
  joinShown,
  type Original,
  type Rendered,
  readMentions,
  render,
  type Showable,
  type ShownText,
} from "@redoubt/conversation";
import type { Store, StoredMessage } from "@redoubt/store";
import { People } from "./people.js";

/** What a stored content is; `undefined` once it is gone. */
function readContent(content: Uint8Array): Classified | undefined {
  try {
    return content.length === 0 ? undefined : classify(decodeMimiContent(content));
  } catch (error) {
    if (error instanceof ConversationError) return undefined;
    throw error;
  }
}

/** What stands in the place of a message whose content is gone. */
const nothing: Showable = { texts: [], isUnsupported: false, expires: undefined };

export function originalOf({ id, senderAccount, content }: StoredMessage): Original {
  const classified = readContent(content);
  return { id, sender: senderAccount, content: classified?.kind === "shown" ? classified : nothing };
}

export function annotationOf({ id, senderAccount, content }: StoredMessage): Annotation | undefined {
  const classified = readContent(content);
  if (classified === undefined || !("target" in classified)) return undefined;
  return { id, sender: senderAccount, content: classified };
}

/** Whoever stored an annotation has judged by the rules of then that it may be. */
const admitted = () => true;

/** Messages as they are shown, with what was said about them: one look into the store for all. */
export function renderStored(store: Store, messages: readonly StoredMessage[]): readonly Rendered[] {
  const kept = messages.filter(({ fate }) => fate === "kept").map(({ id }) => id);
  const byTarget = new Map<string, Annotation[]>();
  for (const stored of store.messages.annotations(kept)) {
    const annotation = annotationOf(stored);
    if (annotation === undefined || stored.target === undefined) continue;
    const key = bytesKey(stored.target);
    const list = byTarget.get(key);
    if (list === undefined) byTarget.set(key, [annotation]);
    else list.push(annotation);
  }
  return messages.map((message) => {
    const rendered = render(originalOf(message), byTarget.get(bytesKey(message.id)) ?? [], admitted);
    return message.fate === "deleted" ? { ...rendered, isDeleted: true } : rendered;
  });
}

/** What is shown of one message. */
export function renderOne(store: Store, message: StoredMessage): Rendered {
  return renderStored(store, [message])[0] as Rendered;
}

/** The texts of messages as they are shown, and nothing else of them. */
export function shownTexts(store: Store, messages: readonly StoredMessage[]): readonly string[] {
  const people = new People(store);
  return renderStored(store, messages).map(({ content, isDeleted }) => {
    return isDeleted ? "" : shownTextOf(content, people).text;
  });
}

/** What a person reads. */
export function shownTextOf({ texts }: Showable, people: People): ShownText {
  return joinShown(texts.map((text) => readMentions(text, (account) => people.nameOf(account))));
}
