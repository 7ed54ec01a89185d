import type { CipherSuite } from "@redoubt/crypto";
import { Writer } from "../codec/writer.js";
import { type AuthenticatedContent, wireFormat, writeFramedContent } from "../structs/framing.js";

/** The confirmed transcript hash after a commit (RFC 9420 §8.2). */
export function confirmedTranscriptHash(
  suite: CipherSuite,
  interimBefore: Uint8Array,
  commit: Pick<AuthenticatedContent, "framing" | "framed"> & { readonly auth: { readonly signature: Uint8Array } },
): Uint8Array {
  const writer = new Writer().bytes(interimBefore).u16(wireFormat[commit.framing]);
  writeFramedContent(writer, commit.framed);
  return suite.hash(writer.opaque(commit.auth.signature).finish());
}

/** The interim transcript hash that the next commit builds on (RFC 9420 §8.2). */
export function interimTranscriptHash(
  suite: CipherSuite,
  confirmed: Uint8Array,
  confirmationTag: Uint8Array,
): Uint8Array {
  return suite.hash(new Writer().bytes(confirmed).opaque(confirmationTag).finish());
}
