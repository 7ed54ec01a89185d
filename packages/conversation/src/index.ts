export { type Change, commitChange, type Invited } from "./commit-change.js";
export { deletionMessage, reactionMessage, withdrawalMessage } from "./content/annotations.js";
export {
  type Attachment,
  attachmentsOf,
  blobStreamAlg,
  bodyWithAttachments,
  maxAttachmentSize,
} from "./content/attachment.js";
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
export {
  maxTextLength,
  plainTextOf,
  replaceText,
  type TextOptions,
  textMessage,
  writtenMessage,
} from "./content/text.js";
export { accountUri, roomUri } from "./content/uris.js";
export { type ConversationContext, redoubtExtension } from "./context.js";
export { editPolicy, type PolicyEdit } from "./edit-policy.js";
export { enterConversation, type InvitedTo } from "./enter-conversation.js";
export { entryIdLength } from "./envelope.js";
export { ConversationError, type ConversationErrorCode, conversationErrors } from "./error.js";
export { accountOf, deviceIdentity, hashingOf, type Member, readChain, readMember } from "./evidence.js";
export type { Intent } from "./intent.js";
export { keyPairOfSeed } from "./key-pair.js";
export { type Letter, openLetter, type SealedLetter, sealLetter } from "./letter.js";
export { decodeLetterBody, encodeLetterBody, type LetterBody, type Standing } from "./letter-body.js";
export type { LogAccess } from "./log-access.js";
export { createConversationContext, maxMembers, redoubtSuite } from "./mls-context.js";
export { maxAddsPerCommit, type Opening, openDirect, openGroup } from "./open-conversation.js";
export { planChange } from "./plan-change.js";
export {
  type DirectPolicy,
  type GroupPolicy,
  type LogHome,
  type Permissions,
  type Policy,
  policyLimits,
  type Role,
  type RoleGrant,
  readPolicy,
} from "./policy.js";
export { keptHeads, type LogEntry, logStart, type Position } from "./position.js";
export { isAnyApart, isMinority, mustGoOn, standingOf } from "./reconcile.js";
export { rejoinExtension, rejoinedGroup, rejoinNumberOf } from "./rejoin.js";
export { backAt, compareFrom, compareLog, type LogComparison, rewound } from "./rewind.js";
export { may, roleOf } from "./roles.js";
export { type Roster, type RosterLeaf, rosterOf } from "./roster.js";
export { maxContentLength, type Outgoing, sealContent, sealLeaving } from "./send.js";
export { type ConversationState, keptEpochs, type PendingChange, placeOf } from "./state.js";
export {
  type ConversationDetail,
  decodeDetail,
  decodePendingChange,
  encodeDetail,
  encodePendingChange,
} from "./stored.js";
export { decodeIntent, encodeIntent } from "./stored-intent.js";
export { takeEntry } from "./take-entry.js";
export type { Alarm, OwnEntry, ReadyWelcome, Taken, TakenCommit, TakenEntry } from "./taken.js";
export { readTreePlace, type TreePlace } from "./tree-place.js";
