import { limits } from "../codec/limits.js";
import type { Reader } from "../codec/reader.js";
import type { Writer } from "../codec/writer.js";
import { MlsError } from "../error.js";

export const credentialType = { basic: 1, x509: 2 } as const;

/** Credential (RFC 9420 §5.3). */
export type Credential =
  | { readonly type: 1; readonly identity: Uint8Array }
  | { readonly type: 2; readonly certificates: readonly Uint8Array[] };

export function writeCredential(writer: Writer, credential: Credential): void {
  writer.u16(credential.type);
  if (credential.type === credentialType.basic) writer.opaque(credential.identity);
  else writer.vector(credential.certificates, (w, certificate) => w.opaque(certificate));
}

export function readCredential(reader: Reader): Credential {
  const type = reader.u16();
  if (type === credentialType.basic) return { type, identity: reader.opaque(limits.identity) };
  if (type === credentialType.x509) {
    return { type, certificates: reader.vector(limits.list, (r) => r.opaque(limits.certificate)) };
  }
  // Its contents have no length of their own, so that what follows could not be found.
  throw new MlsError("unsupported", "credential type");
}
