export { ClientError, type ClientErrorCode, clientErrors } from "./error.js";
export { type ClientOptions, openClient } from "./open-client.js";
export type {
  Client,
  ClientEvent,
  ContactInfo,
  ConversationInfo,
  ConversationKind,
  ConversationStatus,
  MessageInfo,
  MessageStatus,
  PrivacyInfo,
  ProfileInfo,
  Registered,
  RequestInfo,
  SendOptions,
  SendResult,
  SyncResult,
  Verification,
  Whoami,
} from "./sdk.js";
