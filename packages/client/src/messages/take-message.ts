import { bytesKey, equalBytes } from "@redoubt/base";
import {
  type AnnotationContent,
  annotate,
  type Classified,
  ConversationError,
  type ConversationState,
  classify,
  decodeMimiContent,
  type LogEntry,
  messageStatus,
  placeOf,
  render,
  type Taken,
} from "@redoubt/conversation";
import type { Receipt, StoredMessage } from "@redoubt/store";
import { contentId, newMessage } from "../message-content.js";
import { eraseMessage, indexMessage } from "./message-index.js";
import type { MessagePorts } from "./message-ports.js";
import { readPrivacy } from "./privacy.js";
import { rulesOf } from "./rules.js";
import { annotationOf, originalOf } from "./stored-rendering.js";

/** What a message led to, for listeners: it is stored already. */
export type MessageEffect =
  | { readonly kind: "shown"; readonly id: Uint8Array }
  /** Something was said about a message. */
  | { readonly kind: "changed"; readonly id: Uint8Array }
  /** Somebody has got or read more than before. */
  | { readonly kind: "receipt"; readonly before: Receipt; readonly after: Receipt }
  | { readonly kind: "typing"; readonly account: Uint8Array; readonly isTyping: boolean }
  | { readonly kind: "profile"; readonly account: Uint8Array }
  /** Others are to be told something again. */
  | { readonly kind: "due" }
  | { readonly kind: "none" };

type TakenMessage = Extract<Taken, { kind: "message" }>;

const none: MessageEffect = { kind: "none" };

/** Thread ids that are kept: a message's id in our own. Longer ones make no thread. */
const maxThreadLength = 64;

/** The latest time that a date in a script can be: what expires later never does. */
const maxTime = 8.64e15;

/** Takes in what another device sent. Within the transaction of its log entry. */
export function takeMessage(
  ports: MessagePorts,
  state: ConversationState,
  entry: LogEntry,
  taken: TakenMessage,
): MessageEffect {
  const { store, context } = ports;
  const { from, epoch, content } = taken;
  const read = readTaken(() => ({
    id: contentId(context.provider, state.id, from.accountId, content),
    classified: classify(decodeMimiContent(content)),
  }));
  // A member may send what is no content: nothing of it can be shown. What came twice is taken in once.
  if (read === undefined || store.messages.get(read.id) !== undefined) return none;
  if (store.conversations.get(state.id)?.state === "left") return none;
  const { classified } = read;
  const isOwn = equalBytes(store.account.get()?.accountId ?? from.deviceId, from.accountId);
  const message: StoredMessage = {
    id: read.id,
    conversation: state.id,
    seq: placeOf(state, entry.seq),
    epoch,
    senderAccount: from.accountId,
    senderDevice: from.deviceId,
    at: ports.now(),
    content,
    // What another device of ours sent is no news to us.
    state: isOwn ? "sent" : "received",
    replyTo: undefined,
    reason: undefined,
    ...newMessage,
  };
  switch (classified.kind) {
    case "shown":
      return takeShown(ports, message, classified);
    case "edit":
    case "deletion":
    case "reaction":
    case "withdrawal":
      return takeAnnotation(ports, message, classified);
    default:
      return isOwn ? none : takeSignal(ports, state.id, from.accountId, classified);
  }
}

function takeShown(
  { store, now }: MessagePorts,
  message: StoredMessage,
  { replyTo, thread, expires }: Extract<Classified, { kind: "shown" }>,
): MessageEffect {
  const expiresAt = expires?.relative === false ? Math.min(expires.time * 1_000, maxTime) : undefined;
  const shown = {
    ...message,
    replyTo: replyTo && (findRoot({ store }, message.conversation, replyTo)?.id ?? replyTo),
    thread: thread.length === 0 || thread.length > maxThreadLength ? undefined : thread,
    // What has no time at all is seen for a moment.
    expiresAfter: expires?.relative ? Math.max(expires.time, 1) : undefined,
    expiresAt,
  };
  store.messages.insert(shown);
  if (expiresAt !== undefined && expiresAt <= now()) {
    eraseMessage(store, shown.id, "expired");
    return none;
  }
  indexMessage(store, shown);
  return { kind: "shown", id: shown.id };
}

/** An annotation that the rules give no effect leaves nothing behind. */
function takeAnnotation(ports: MessagePorts, message: StoredMessage, content: AnnotationContent): MessageEffect {
  const { store } = ports;
  const root = findRoot(ports, message.conversation, content.target);
  if (root === undefined || !hasEffect(ports, root, message, false)) return none;
  store.messages.insert({ ...message, kind: "annotation", target: root.id });
  settleAnnotation(ports, root, content);
  return { kind: "changed", id: root.id };
}

/** The message that an id means: itself, or the one that an edit of it or a reaction to it is about. */
export function findRoot(
  { store }: Pick<MessagePorts, "store">,
  conversation: Uint8Array,
  id: Uint8Array,
): StoredMessage | undefined {
  const named = store.messages.get(id);
  const root = named?.kind === "annotation" && named.target ? store.messages.get(named.target) : named;
  return root !== undefined && equalBytes(root.conversation, conversation) ? root : undefined;
}

/**
 * Whether an annotation changes anything that is shown.
 *
 * @param isLast whether it comes after all others, those of ours that wait included; else after those in the log
 */
export function hasEffect(ports: MessagePorts, root: StoredMessage, message: StoredMessage, isLast: boolean) {
  const { store } = ports;
  const annotation = annotationOf(message);
  if (root.fate !== "kept" || annotation === undefined) return false;
  const earlier = store.messages.annotations([root.id]).flatMap((stored) => {
    const isEarlier = (isLast || stored.seq !== undefined) && !equalBytes(stored.id, message.id);
    return isEarlier ? (annotationOf(stored) ?? []) : [];
  });
  const before = render(originalOf(root), earlier, () => true);
  const { mayModerate } = rulesOf(ports, { id: root.conversation, state: "active" });
  return annotate(before, annotation, mayModerate) !== before;
}

/** What an annotation in the log does beyond being shown. */
function settleAnnotation({ store }: MessagePorts, root: StoredMessage, { kind, target }: AnnotationContent): void {
  const isOfReaction = kind === "deletion" && isReaction(store.messages.get(target));
  if (kind === "deletion" && !isOfReaction) eraseMessage(store, root.id, "deleted");
  if (kind === "edit") indexMessage(store, root);
}

function isReaction(message: StoredMessage | undefined): boolean {
  return message !== undefined && annotationOf(message)?.content.kind === "reaction";
}

/** What was sent from here has come back in the log's order. Within the transaction of its log entry. */
export function placeOwnMessage(ports: MessagePorts, id: Uint8Array, seq: number): MessageEffect {
  const { store, now } = ports;
  store.messages.place(id, seq);
  const message = store.messages.get(id) as StoredMessage;
  if (message.kind === "shown") {
    store.messages.startExpiry(id, now());
    if (message.fate !== "kept") eraseMessage(store, id, message.fate);
    return { kind: "changed", id };
  }
  const root = message.target && store.messages.get(message.target);
  if (root === undefined) return none;
  const content = annotationOf(message)?.content;
  if (content === undefined || !hasEffect(ports, root, message, false)) {
    eraseMessage(store, id, "hidden");
    if (root.fate === "kept") indexMessage(store, root);
  } else {
    settleAnnotation(ports, root, content);
  }
  return { kind: "changed", id: root.id };
}

function takeSignal(ports: MessagePorts, id: Uint8Array, account: Uint8Array, signal: Classified): MessageEffect {
  const { store } = ports;
  const rules = rulesOf(ports, { id, state: "active" });
  const privacy = readPrivacy(store);
  switch (signal.kind) {
    case "typing":
      return rules.typing && privacy.typing ? { kind: "typing", account, isTyping: signal.isTyping } : none;
    case "profile":
      store.profiles.set(account, signal.profile);
      return { kind: "profile", account };
    case "status":
      return rules.receipts && privacy.receipts ? takeReport(ports, id, account, signal.statuses) : none;
    default:
      return none;
  }
}

function takeReport(
  { store }: MessagePorts,
  id: Uint8Array,
  account: Uint8Array,
  statuses: Extract<Classified, { kind: "status" }>["statuses"],
): MessageEffect {
  const before = store.receipts.list(id).find(({ accountId }) => equalBytes(accountId, account));
  let [delivered, read] = [0, 0];
  for (const { message, status } of statuses) {
    const stored = store.messages.get(message);
    if (stored?.seq === undefined || bytesKey(stored.conversation) !== bytesKey(id)) continue;
    if (status === messageStatus.delivered) delivered = Math.max(delivered, stored.seq);
    if (status === messageStatus.read) read = Math.max(read, stored.seq);
  }
  const after = { accountId: account, delivered: Math.max(delivered, read), read };
  if (after.delivered === 0 || !store.receipts.advance(id, after)) return none;
  return { kind: "receipt", before: before ?? { accountId: account, delivered: 0, read: 0 }, after };
}

function readTaken<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConversationError) return undefined;
    throw error;
  }
}
