import { concatBytes, decodeCbor, emptyBytes, encodeCbor, equalBytes, utf8 } from "@redoubt/base";
import type { KeyPair } from "@redoubt/crypto";
import { type AccountState, type Device, verifyChain } from "@redoubt/identity";
import { type KeyPackage, keyPackageRef, type OwnKeyPackage } from "@redoubt/mls";
import type { ConversationContext } from "./context.js";
import { ConversationError } from "./error.js";
import { hashingOf } from "./evidence.js";
import { pad, unpad } from "./padding.js";

/** What goes from one device to another beside any log. */
export interface Letter {
  /** Who wrote it, by the chain that came along, which verifies. */
  readonly account: AccountState;
  readonly chain: readonly Uint8Array[];
  /** The device that signed it: one of the newest entry of the chain. */
  readonly device: Device;
  readonly body: Uint8Array;
}

/** A letter as it lies in an inbox: for whoever has the private key of the key package. */
export interface SealedLetter {
  /** KeyPackageRef (RFC 9420 §5.2). */
  readonly reference: Uint8Array;
  readonly kemOutput: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** Bytes of a body. */
const maxLetterBody = 128 * 1024;

const info = utf8("redoubt/letter/v1");
const signatureDomain = utf8("redoubt/letter-signature/v1");

function signedBytes(reference: Uint8Array, recipient: KeyPackage, body: Uint8Array): Uint8Array {
  return concatBytes(signatureDomain, encodeCbor([reference, recipient.leafNode.signatureKey, body]));
}

/**
 * Seals a letter to the device of a key package: HPKE base mode (RFC 9180) of our suite to its init key. The sender's
 * chain and signature are inside, so that only the recipient learns who writes.
 *
 * @param signatureKeys of a device that the chain's newest entry states
 * @throws ConversationError `too-long`
 */
export function sealLetter(
  context: ConversationContext,
  sender: { readonly chain: readonly Uint8Array[]; readonly signatureKeys: KeyPair },
  recipient: KeyPackage,
  body: Uint8Array,
): SealedLetter {
  if (body.length > maxLetterBody) throw new ConversationError("too-long", `${body.length} bytes`);
  const { provider, mls } = context;
  const reference = keyPackageRef(mls, recipient);
  const { publicKey, privateKey } = sender.signatureKeys;
  const signature = provider.signatures.Ed25519.sign(privateKey, signedBytes(reference, recipient, body));
  const content = encodeCbor([[...sender.chain], publicKey, signature, body]);
  const sealed = mls.suite.hpke.seal(recipient.initKey, concatBytes(info, reference), emptyBytes, pad(content));
  return { reference, ...sealed };
}

/**
 * Opens a letter to one of our key packages.
 *
 * @throws ConversationError `malformed`; IdentityError for a chain that does not verify
 */
export function openLetter(context: ConversationContext, own: OwnKeyPackage, sealed: SealedLetter): Letter {
  const { provider, mls } = context;
  const opened = mls.suite.hpke.open(own.initPrivateKey, sealed, concatBytes(info, sealed.reference), emptyBytes);
  const content = opened && unpad(opened);
  const value = content === undefined ? undefined : decodeCbor(content);
  const [chain, key, signature, body, ...rest] = Array.isArray(value) ? value : [];
  const isValid =
    Array.isArray(chain) &&
    chain.every((entry) => entry instanceof Uint8Array) &&
    key instanceof Uint8Array &&
    signature instanceof Uint8Array &&
    body instanceof Uint8Array &&
    body.length <= maxLetterBody &&
    rest.length === 0;
  if (!isValid) throw new ConversationError("malformed", "letter");
  const account = verifyChain(hashingOf(provider), chain as Uint8Array[]);
  const device = account.devices.find(({ sigKey }) => equalBytes(sigKey, key));
  const signed = signedBytes(sealed.reference, own.keyPackage, body);
  if (device === undefined || !provider.signatures.Ed25519.verify(key, signed, signature)) {
    throw new ConversationError("malformed", "nobody signed the letter");
  }
  return { account, chain: chain as Uint8Array[], device, body };
}
