export { anonymousOps } from "./anonymous-ops.js";
export { type BlobOp, blobHeaders, blobOps, blobPath, offsetContentType, tusVersion } from "./blob-routes.js";
export {
  type DataMapLine,
  type DisclosureDocument,
  readDataMap,
  readDisclosureDocument,
} from "./disclosure.js";
export { domains } from "./domains.js";
export { closeCodes, commonCodes, type RelayErrorCode, relayErrors } from "./errors.js";
export { type EventBody, type EventName, events } from "./events.js";
export {
  type AnonymousOp,
  errorMessage,
  eventMessage,
  isAnonymousOp,
  isEventName,
  isNamedOp,
  type NamedOp,
  type Op,
  ops,
  type Params,
  type Refused,
  type Request,
  type Result,
  readEvent,
  readParams,
  readRequest,
  readResult,
  readServerMessage,
  requestMessage,
  resultMessage,
  type ServerMessage,
} from "./frames.js";
export { limits } from "./limits.js";
export { namedOps } from "./named-ops.js";
export type { Operation } from "./op.js";
