export { deletionMessage, reactionMessage, withdrawalMessage } from "./content/annotations.js";
export {
  type AnnotationContent,
  type Classified,
  classify,
  type Showable,
  silentExtension,
  silentValue,
} from "./content/classify.js";
export { joinShown, type Mention, markMentions, readMentions, type ShownText } from "./content/mentions.js";
export { type MessageOrigin, messageIdOf } from "./content/message-id.js";
export { messageStatus, type ReportedStatus, statusMessage, typingMessage } from "./content/message-status.js";
export {
  type ContentExtensions,
  contentExtension,
  decodeMimiContent,
  type Expiration,
  encodeMimiContent,
  type MimiContent,
  maxMimiContent,
} from "./content/mimi-content.js";
export {
  disposition,
  type ExternalPart,
  type MultiPart,
  type NestedPart,
  type NullPart,
  type PartSemantics,
  type SinglePart,
} from "./content/part.js";
export { displayName, type ProfileCard, profileMessage } from "./content/profile-card.js";
export {
  type Annotation,
  annotate,
  type MayModerate,
  type Original,
  type Reaction,
  type Rendered,
  render,
} from "./content/render.js";
export { maxTextLength, plainTextOf, type TextOptions, textMessage, writtenMessage } from "./content/text.js";
export { accountUri, roomUri } from "./content/uris.js";
export { type ConversationContext, redoubtExtension } from "./context.js";
export {
  commitChange,
  enterConversation,
  type Invited,
  type InvitedTo,
  keyPairOfSeed,
  type Opening,
  openDirect,
} from "./direct.js";
export { entryIdLength } from "./envelope.js";
export { ConversationError, type ConversationErrorCode, conversationErrors } from "./error.js";
export { accountOf, deviceIdentity, hashingOf, type Member, readChain, readMember } from "./evidence.js";
export type { LogAccess } from "./handover.js";
export { createConversationContext, maxMembers, redoubtSuite } from "./mls-context.js";
export { admits, directPolicy, type Policy, readPolicy } from "./policy.js";
export { keptHeads, type LogEntry, logStart, type Position } from "./position.js";
export { maxContentLength, type Outgoing, sealContent } from "./send.js";
export { type ConversationState, keptEpochs, type PendingChange } from "./state.js";
export {
  type ConversationDetail,
  decodeDetail,
  decodePendingChange,
  encodeDetail,
  encodePendingChange,
} from "./stored.js";
export { type Alarm, type OwnEntry, type ReadyWelcome, type Taken, type TakenEntry, takeEntry } from "./take-entry.js";
