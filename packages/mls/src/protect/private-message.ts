import { asSecret, type Secret } from "@redoubt/base";
import type { CipherSuite } from "@redoubt/crypto";
import { limits } from "../codec/limits.js";
import { decode } from "../codec/reader.js";
import { Writer } from "../codec/writer.js";
import { demand, MlsError } from "../error.js";
import { expandWithLabel } from "../labels.js";
import {
  type AuthenticatedContent,
  contentType,
  type FramedContent,
  readAuthData,
  readContent,
  writeAuthData,
  writeContent,
} from "../structs/framing.js";
import type { PrivateMessage } from "../structs/message.js";
import { type RatchetLimits, type SecretTree, takeKeyAt, takeNextKey } from "./secret-tree.js";

const reuseGuardLength = 4;

function ratchetKind(kind: PrivateMessage["contentKind"]) {
  return kind === "application" ? "application" : "handshake";
}

/** Key and nonce of the sender data (RFC 9420 §6.3.2): bound to the ciphertext by a sample of it. */
function senderDataKeys(suite: CipherSuite, secret: Uint8Array, ciphertext: Uint8Array) {
  const sample = ciphertext.subarray(0, suite.hashLength);
  return {
    key: expandWithLabel(suite, secret, "key", sample, suite.keyLength),
    nonce: expandWithLabel(suite, secret, "nonce", sample, suite.nonceLength),
  };
}

function senderDataAad(message: Pick<PrivateMessage, "groupId" | "epoch" | "contentKind">): Uint8Array {
  return new Writer().opaque(message.groupId).u64(message.epoch).u8(contentType[message.contentKind]).finish();
}

function contentAad(message: Pick<PrivateMessage, "groupId" | "epoch" | "contentKind" | "authenticatedData">) {
  const writer = new Writer(128 + message.authenticatedData.length).opaque(message.groupId).u64(message.epoch);
  return writer.u8(contentType[message.contentKind]).opaque(message.authenticatedData).finish();
}

/** The ratchet's nonce with the reuse guard in its first bytes (RFC 9420 §6.3.1). */
function guardNonce(nonce: Secret, guard: Uint8Array): Secret {
  const guarded = nonce.slice();
  for (let i = 0; i < reuseGuardLength; i++) guarded[i] = (guarded[i] as number) ^ (guard[i] as number);
  return asSecret(guarded);
}

/** A sealed message and the secret tree without its key. */
export interface SealedPrivateMessage {
  readonly message: PrivateMessage;
  readonly generation: number;
  readonly tree: SecretTree;
  readonly consumed: readonly Secret[];
}

/**
 * Encrypts a signed content (RFC 9420 §6.3).
 *
 * @param padding zero bytes to append to the content before it is encrypted
 */
export function sealPrivateMessage(
  suite: CipherSuite,
  tree: SecretTree,
  senderDataSecret: Uint8Array,
  leafIndex: number,
  content: Pick<AuthenticatedContent, "framed" | "auth">,
  padding: number,
): SealedPrivateMessage {
  const { framed, auth } = content;
  const kind = framed.content.kind;
  const taken = takeNextKey(suite, tree, leafIndex, ratchetKind(kind));
  const writer = new Writer();
  writeContent(writer, framed.content);
  writeAuthData(writer, auth);
  const plaintext = writer.bytes(new Uint8Array(padding)).finish();
  const guard = suite.random(reuseGuardLength);
  const header = {
    groupId: framed.groupId,
    epoch: framed.epoch,
    contentKind: kind,
    authenticatedData: framed.authenticatedData,
  };
  const nonce = guardNonce(taken.messageKey.nonce, guard);
  const ciphertext = suite.aeadSeal(taken.messageKey.key, nonce, contentAad(header), plaintext);
  plaintext.fill(0);
  const senderData = new Writer().u32(leafIndex).u32(taken.generation).bytes(guard).finish();
  const keys = senderDataKeys(suite, senderDataSecret, ciphertext);
  const encryptedSenderData = suite.aeadSeal(keys.key, keys.nonce, senderDataAad(header), senderData);
  return {
    message: { ...header, encryptedSenderData, ciphertext },
    generation: taken.generation,
    tree: taken.tree,
    consumed: [...taken.consumed, taken.messageKey.key, taken.messageKey.nonce, nonce, keys.key, keys.nonce],
  };
}

/** SenderData (RFC 9420 §6.3.2). */
export interface SenderData {
  readonly leafIndex: number;
  readonly generation: number;
  readonly reuseGuard: Uint8Array;
}

/** @throws MlsError `cannot-decrypt` */
export function openSenderData(suite: CipherSuite, senderDataSecret: Uint8Array, message: PrivateMessage): SenderData {
  const { key, nonce } = senderDataKeys(suite, senderDataSecret, message.ciphertext);
  const opened = suite.aeadOpen(key, nonce, senderDataAad(message), message.encryptedSenderData);
  key.fill(0);
  nonce.fill(0);
  if (opened === undefined) throw new MlsError("cannot-decrypt", "sender data");
  return decode(opened, (reader) => ({
    leafIndex: reader.u32(),
    generation: reader.u32(),
    reuseGuard: reader.bytes(reuseGuardLength),
  }));
}

/** A decrypted, not yet verified content, and the secret tree without its key. */
export interface OpenedPrivateMessage {
  readonly content: AuthenticatedContent;
  readonly generation: number;
  readonly tree: SecretTree;
  readonly consumed: readonly Secret[];
}

/**
 * Decrypts a message whose sender data is open (RFC 9420 §6.3.1).
 *
 * @throws MlsError `cannot-decrypt`, `malformed` (padding included), and what `takeKeyAt` throws
 */
export function openPrivateMessage(
  suite: CipherSuite,
  tree: SecretTree,
  senderData: SenderData,
  message: PrivateMessage,
  ratchetLimits: RatchetLimits,
): OpenedPrivateMessage {
  const { leafIndex, generation, reuseGuard } = senderData;
  const taken = takeKeyAt(suite, tree, leafIndex, ratchetKind(message.contentKind), generation, ratchetLimits);
  const nonce = guardNonce(taken.messageKey.nonce, reuseGuard);
  const plaintext = suite.aeadOpen(taken.messageKey.key, nonce, contentAad(message), message.ciphertext);
  if (plaintext === undefined) throw new MlsError("cannot-decrypt", "content");
  demand(plaintext.length <= limits.ciphertext, "malformed", "content is too long");
  const { content, auth } = decode(plaintext, (reader) => {
    const content = readContent(reader, message.contentKind);
    const auth = readAuthData(reader, message.contentKind);
    for (const byte of reader.rest()) demand(byte === 0, "malformed", "padding is not zero");
    return { content, auth };
  });
  plaintext.fill(0);
  const framed: FramedContent = {
    groupId: message.groupId,
    epoch: message.epoch,
    sender: { kind: "member", leafIndex },
    authenticatedData: message.authenticatedData,
    content,
  };
  return {
    content: { framing: "private", framed, auth },
    generation,
    tree: taken.tree,
    consumed: [...taken.consumed, taken.messageKey.key, taken.messageKey.nonce, nonce],
  };
}
