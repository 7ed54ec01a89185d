import { limits } from "../codec/limits.js";
import { decode, type Reader } from "../codec/reader.js";
import { encode, type Writer } from "../codec/writer.js";
import { MlsError } from "../error.js";
import { type Credential, readCredential, writeCredential } from "./credential.js";

/** The extension types that this package gives a meaning to (RFC 9420 §17.3; draft-ietf-mls-extensions). */
export const extensionType = {
  applicationId: 1,
  ratchetTree: 2,
  requiredCapabilities: 3,
  externalPub: 4,
  externalSenders: 5,
  lastResort: 10,
} as const;

/** The types that every client supports and that capabilities do not list (RFC 9420 §7.2). */
export function isDefaultExtension(type: number): boolean {
  return type >= 1 && type <= 5;
}

/** Extension (RFC 9420 §7.2, §13.4). */
export interface Extension {
  readonly type: number;
  readonly data: Uint8Array;
}

export type Extensions = readonly Extension[];

export function writeExtensions(writer: Writer, extensions: Extensions): void {
  writer.vector(extensions, (w, extension) => w.u16(extension.type).opaque(extension.data));
}

/** @throws MlsError `malformed` if a type occurs twice (§13.4) */
export function readExtensions(reader: Reader): Extensions {
  const seen = new Set<number>();
  return reader.vector(limits.list, (r) => {
    const type = r.u16();
    if (seen.has(type)) throw new MlsError("malformed", "an extension occurs twice");
    seen.add(type);
    return { type, data: r.opaque(limits.extensionData) };
  });
}

export function findExtension(extensions: Extensions, type: number): Uint8Array | undefined {
  return extensions.find((extension) => extension.type === type)?.data;
}

/** RequiredCapabilities (RFC 9420 §11.1). */
export interface RequiredCapabilities {
  readonly extensions: readonly number[];
  readonly proposals: readonly number[];
  readonly credentials: readonly number[];
}

export function requiredCapabilitiesExtension(required: RequiredCapabilities): Extension {
  const data = encode(required, (writer) => {
    for (const list of [required.extensions, required.proposals, required.credentials]) {
      writer.vector(list, (w, value) => w.u16(value));
    }
  });
  return { type: extensionType.requiredCapabilities, data };
}

/** What the group requires of its members; `undefined` if it requires nothing. */
export function requiredCapabilities(extensions: Extensions): RequiredCapabilities | undefined {
  const data = findExtension(extensions, extensionType.requiredCapabilities);
  if (data === undefined) return undefined;
  return decode(data, (reader) => {
    const list = () => reader.vector(limits.capabilities, (r) => r.u16());
    return { extensions: list(), proposals: list(), credentials: list() };
  });
}

/** ExternalSender (RFC 9420 §12.1.8.1). */
export interface ExternalSender {
  readonly signatureKey: Uint8Array;
  readonly credential: Credential;
}

export function externalSendersExtension(senders: readonly ExternalSender[]): Extension {
  const data = encode(senders, (writer) => {
    writer.vector(senders, (w, sender) => {
      w.opaque(sender.signatureKey);
      writeCredential(w, sender.credential);
    });
  });
  return { type: extensionType.externalSenders, data };
}

/** Who may send proposals from outside; empty if nobody may. */
export function externalSenders(extensions: Extensions): readonly ExternalSender[] {
  const data = findExtension(extensions, extensionType.externalSenders);
  if (data === undefined) return [];
  return decode(data, (reader) =>
    reader.vector(limits.list, (r) => ({
      signatureKey: r.opaque(limits.key),
      credential: readCredential(r),
    })),
  );
}

/** ExternalPub (RFC 9420 §12.4.3.2). */
export function externalPubExtension(publicKey: Uint8Array): Extension {
  return { type: extensionType.externalPub, data: encode(publicKey, (w, key) => w.opaque(key)) };
}

export function externalPub(extensions: Extensions): Uint8Array | undefined {
  const data = findExtension(extensions, extensionType.externalPub);
  return data && decode(data, (reader) => reader.opaque(limits.key));
}
