export { fromBase64url, toBase64url } from "./base64url.js";
export { bytesKey, concatBytes, emptyBytes, equalBytes, fromUtf8, toHex, utf8 } from "./bytes.js";
export { CborError, type CborMap, type CborValue, decodeCbor, encodeCbor, sizeOfCbor, writeCbor } from "./cbor.js";
export { CodedError, type ErrorEntry } from "./error.js";
export type { Clock, Ed25519Sign, Ed25519Verify, Random, Sha256 } from "./ports.js";
export { asSecret, type Secret, wipe } from "./secret.js";
