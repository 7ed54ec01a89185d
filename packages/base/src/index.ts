export { bytesKey, concatBytes, emptyBytes, equalBytes, toHex, utf8 } from "./bytes.js";
export { CodedError, type ErrorEntry } from "./error.js";
export type { Random } from "./ports.js";
export { asSecret, type Secret, wipe } from "./secret.js";
