import { concatBytes, type Sha256, utf8 } from "@redoubt/base";
import { demand } from "./cbor-reader.js";

/** SHA-256 in the registry of named-information hashes (RFC 6920). */
const sha256Number = 1;

/** Whose message it is, and where. */
export interface MessageOrigin {
  /** Of the user, not of the device. */
  readonly senderUri: string;
  readonly roomUri: string;
}

/**
 * A message's id (§3.3): 32 bytes, of which the first names the hash.
 *
 * @param message the encoded content
 * @param salt the content's
 * @throws ConversationError `malformed` for a URI longer than 65,535 bytes
 */
export function messageIdOf(
  sha256: Sha256,
  { senderUri, roomUri }: MessageOrigin,
  { message, salt }: { readonly message: Uint8Array; readonly salt: Uint8Array },
): Uint8Array {
  const hash = sha256(concatBytes(withLength(senderUri), withLength(roomUri), message, salt));
  return concatBytes(Uint8Array.of(sha256Number), hash.subarray(0, 31));
}

function withLength(uri: string): Uint8Array {
  const bytes = utf8(uri);
  demand(bytes.length <= 0xffff, "a URI is too long");
  return concatBytes(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes);
}
