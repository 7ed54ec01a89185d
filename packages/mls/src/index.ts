export { limits, maxLeaves } from "./codec/limits.js";
export { MlsError, type MlsErrorCode, mlsErrors } from "./error.js";
export { type Accepted, acceptApplication, acceptProposal, dropProposals } from "./group/accept.js";
export type { MemberChange } from "./group/apply-proposals.js";
export { type CommitOptions, type Committed, commit } from "./group/commit.js";
export type { AuthenticationService, MlsContext, PresentedCredential, Supported } from "./group/context.js";
export { createGroup } from "./group/create.js";
export {
  Consumed,
  epochAuthenticator,
  exportSecret,
  type Group,
  type GroupEpoch,
  resumptionPsk,
} from "./group/group.js";
export {
  decodeRatchetTree,
  encodeRatchetTree,
  exportGroupInfo,
  type GroupInfoOptions,
  parseGroupInfo,
} from "./group/group-info.js";
export { type Joined, type JoinOptions, joinGroup, peekWelcome } from "./group/join.js";
export { type ExternalJoinOptions, type JoinedExternally, joinExternally } from "./group/join-externally.js";
export {
  type ClientIdentity,
  checkKeyPackage,
  generateKeyPackage,
  keyPackageRef,
  type OwnKeyPackage,
} from "./group/key-packages.js";
export type { LeafChanges } from "./group/own-leaf.js";
export { type ParsedMessage, parseMessage } from "./group/parse.js";
export type { PastEpoch } from "./group/past-epoch.js";
export { discardPendingCommit, isPendingCommit, type PendingCommit } from "./group/pending-commit.js";
export {
  type OutsideTarget,
  type Proposed,
  type ProposeOptions,
  propose,
  proposeAsExternal,
  proposeOwnAdd,
  proposeUpdate,
} from "./group/propose.js";
export type { SendOptions } from "./group/protect.js";
export { type Sealed, seal } from "./group/seal.js";
export { selectReferences } from "./group/select-references.js";
export type { SentProposal } from "./group/sent-proposal.js";
export {
  discardStagedCommit,
  type Merged,
  mergeCommit,
  type StagedCommit,
  stageCommit,
  stageOwnCommit,
} from "./group/stage.js";
export {
  type OpenedPast,
  openPastMessage,
  type VerifiedApplication,
  type VerifiedCommit,
  type VerifiedMessage,
  type VerifiedProposal,
  verifyMessage,
} from "./group/verify.js";
export { parseWelcome, splitWelcome } from "./group/welcome.js";
export { defaultRatchetLimits, type RatchetLimits } from "./protect/secret-tree.js";
export type { PskLookup } from "./schedule/psk.js";
export {
  decodeGroup,
  decodePastEpoch,
  decodePendingCommit,
  encodeEpoch,
  encodeGroup,
  encodePastEpoch,
  encodePendingCommit,
  type StoredGroup,
} from "./stored/epoch.js";
export { type RecordChange, type Recorded, type Records, recordChanges } from "./stored/records.js";
export type { Capabilities } from "./structs/capabilities.js";
export { type Credential, credentialType } from "./structs/credential.js";
export {
  type Extension,
  type Extensions,
  type ExternalSender,
  extensionType,
  externalSendersExtension,
  findExtension,
  type RequiredCapabilities,
  requiredCapabilities,
  requiredCapabilitiesExtension,
} from "./structs/extension.js";
export type { Framing, Sender } from "./structs/framing.js";
export { decodeGroupContext, type GroupContext } from "./structs/group-context.js";
export type { GroupInfo } from "./structs/group-info.js";
export { isLastResort, type KeyPackage } from "./structs/key-package.js";
export type { LeafNode, Lifetime } from "./structs/leaf-node.js";
export { decodeMessage, encodeMessage, type MlsMessage } from "./structs/message.js";
export { type Proposal, proposalType, type ReInit } from "./structs/proposal.js";
export type { PreSharedKeyId, ResumptionUsage } from "./structs/psk-id.js";
export type { Welcome } from "./structs/welcome.js";
export type { ReadonlyTree } from "./tree/ratchet-tree.js";
