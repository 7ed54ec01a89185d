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
