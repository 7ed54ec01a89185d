import { createHmac } from "node:crypto";
import { decode, defaultCryptoProvider, mlsMessageDecoder, type UpdatePath, wireformats } from "ts-mls-2";

/**
 * The few derivations of RFC 9420 that these tests need to say what is right, in suite 1 and written
 * from the text alone, so that no implementation is its own judge.
 */

/** A GroupContext without extensions (§8.1). */
export interface BareGroupContext {
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly treeHash: Uint8Array;
  readonly confirmedTranscriptHash: Uint8Array;
}

/** DeriveSecret (§8). */
export function deriveSecret(secret: Uint8Array, label: string): Uint8Array {
  return expandWithLabel(secret, label, new Uint8Array());
}

/** The epoch authenticator that follows from an init secret and a commit secret, without PSKs (§8). */
export function epochAuthenticatorOf(options: {
  initSecret: Uint8Array;
  commitSecret: Uint8Array;
  context: BareGroupContext;
}): Uint8Array {
  const context = encodeGroupContext(options.context);
  const joinerSecret = expandWithLabel(hmac(options.initSecret, options.commitSecret), "joiner", context);
  const epochSecret = expandWithLabel(hmac(joinerSecret, new Uint8Array(32)), "epoch", context);
  return deriveSecret(epochSecret, "authentication");
}

/** The context that path secrets are sealed under: new tree and epoch, old transcript (§12.4.1). */
export function provisionalContext(before: BareGroupContext, after: BareGroupContext): BareGroupContext {
  return { ...after, confirmedTranscriptHash: before.confirmedTranscriptHash };
}

/** The UpdatePath of a commit sent as PublicMessage, undefined where the commit has none. */
export function updatePathOf(commitMessage: Uint8Array): UpdatePath | undefined {
  const message = decode(mlsMessageDecoder, commitMessage);
  if (message?.wireformat !== wireformats.mls_public_message || !("commit" in message.publicMessage.content))
    throw new Error("Not a commit in a PublicMessage");
  return message.publicMessage.content.commit.path;
}

/** Opens one encrypted path secret of a commit: DecryptWithLabel with "UpdatePathNode" (§7.6). */
export async function openPathSecret(options: {
  commitMessage: Uint8Array;
  /** Position in the UpdatePath, and among that node's ciphertexts. */
  node: number;
  ciphertext: number;
  privateKey: Uint8Array;
  context: BareGroupContext;
}): Promise<Uint8Array> {
  const sealed = updatePathOf(options.commitMessage)?.nodes[options.node]?.encryptedPathSecret[options.ciphertext];
  if (sealed === undefined) throw new Error("The commit holds no such ciphertext");
  const { hpke } = await defaultCryptoProvider.getCiphersuiteImpl(1);
  const info = concat(vector(utf8("MLS 1.0 UpdatePathNode")), vector(encodeGroupContext(options.context)));
  return hpke.open(await hpke.importPrivateKey(options.privateKey), sealed.kemOutput, sealed.ciphertext, info);
}

function encodeGroupContext(context: BareGroupContext): Uint8Array {
  const version = uint(1n, 2);
  const suite = uint(1n, 2);
  const extensions = vector(new Uint8Array());
  return concat(
    version,
    suite,
    vector(context.groupId),
    uint(context.epoch, 8),
    vector(context.treeHash),
    vector(context.confirmedTranscriptHash),
    extensions,
  );
}

function expandWithLabel(secret: Uint8Array, label: string, context: Uint8Array): Uint8Array {
  const info = concat(uint(32n, 2), vector(utf8(`MLS 1.0 ${label}`)), vector(context));
  return hmac(secret, concat(info, uint(1n, 1)));
}

function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac("sha256", key).update(data).digest());
}

/** A variable-size vector of less than 2^14 bytes (§2.1.2). */
function vector(content: Uint8Array): Uint8Array {
  const length = content.length < 64 ? uint(BigInt(content.length), 1) : uint(BigInt(content.length | 0x4000), 2);
  return concat(length, content);
}

function uint(value: bigint, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * (size - 1 - i))) & 0xffn));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
