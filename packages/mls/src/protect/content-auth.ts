import type { CipherSuite } from "@redoubt/crypto";
import { encode } from "../codec/writer.js";
import { demand } from "../error.js";
import { signWithLabel, verifyWithLabel } from "../labels.js";
import {
  type AuthData,
  type AuthenticatedContent,
  type FramedContent,
  type Framing,
  framedContentToBeSigned,
  writeAuthData,
} from "../structs/framing.js";

const label = "FramedContentTBS";

/** Signs a content (RFC 9420 §6.1). @param groupContext the encoded context of the epoch it is sent in */
export function signContent(
  suite: CipherSuite,
  privateKey: Uint8Array,
  framing: Framing,
  framed: FramedContent,
  groupContext: Uint8Array,
): Uint8Array {
  return signWithLabel(suite, privateKey, label, framedContentToBeSigned(framing, framed, groupContext));
}

/** @throws MlsError `bad-signature` */
export function checkContentSignature(
  suite: CipherSuite,
  publicKey: Uint8Array,
  content: AuthenticatedContent,
  groupContext: Uint8Array,
): void {
  const signed = framedContentToBeSigned(content.framing, content.framed, groupContext);
  const valid = verifyWithLabel(suite, publicKey, label, signed, content.auth.signature);
  demand(valid, "bad-signature", "message");
}

/** membership_tag of a PublicMessage (RFC 9420 §6.2). */
export function membershipTag(
  suite: CipherSuite,
  membershipKey: Uint8Array,
  framed: FramedContent,
  auth: AuthData,
  groupContext: Uint8Array,
): Uint8Array {
  const signed = framedContentToBeSigned("public", framed, groupContext);
  const authEncoded = encode(auth, writeAuthData);
  const both = new Uint8Array(signed.length + authEncoded.length);
  both.set(signed);
  both.set(authEncoded, signed.length);
  return suite.mac(membershipKey, both);
}
