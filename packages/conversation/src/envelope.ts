import { type Secret, utf8 } from "@redoubt/base";
import type { ConversationContext } from "./context.js";
import { expandSha256 } from "./hkdf-sha256.js";
import { pad, unpad } from "./padding.js";

const aead = "ChaCha20-Poly1305";
const label = utf8("redoubt/envelope/v1");
/** A key seals one entry: the entry's id is random and part of the key, so that the nonce may be fixed. */
const nonce = new Uint8Array(12);

export const entryIdLength = 16;

function entryKey(context: ConversationContext, logSecret: Secret, entryId: Uint8Array): Secret {
  const info = new Uint8Array(label.length + entryId.length);
  info.set(label);
  info.set(entryId, label.length);
  return expandSha256(context.provider, logSecret, info);
}

/**
 * Seals a log entry under the secret that all members share, so that whoever stores it sees its size class alone.
 *
 * @param entryId 16 random bytes, used for this entry only
 */
export function sealEnvelope(
  context: ConversationContext,
  logSecret: Secret,
  logId: Uint8Array,
  entryId: Uint8Array,
  content: Uint8Array,
): Uint8Array {
  const key = entryKey(context, logSecret, entryId);
  const sealed = context.provider.aeadSeal(aead, key, nonce, logId, pad(content));
  key.fill(0);
  return sealed;
}

/** The content of an entry; `undefined` if no member sealed it for this log and this entry id. */
export function openEnvelope(
  context: ConversationContext,
  logSecret: Secret,
  logId: Uint8Array,
  entryId: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const key = entryKey(context, logSecret, entryId);
  const padded = context.provider.aeadOpen(aead, key, nonce, logId, sealed);
  key.fill(0);
  return padded && unpad(padded);
}
