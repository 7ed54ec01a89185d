import { asSecret, type Secret } from "@redoubt/base";
import type { HpkeCiphertext } from "@redoubt/crypto";
import { limits } from "../codec/limits.js";
import { decode, type Reader } from "../codec/reader.js";
import { encode, type Writer } from "../codec/writer.js";
import { readHpkeCiphertext, writeHpkeCiphertext } from "./commit.js";
import { type PreSharedKeyId, readPreSharedKeyId, writePreSharedKeyId } from "./psk-id.js";

/** EncryptedGroupSecrets (RFC 9420 §12.4.3.1). `newMember` is a KeyPackageRef. */
export interface EncryptedGroupSecrets {
  readonly newMember: Uint8Array;
  readonly encrypted: HpkeCiphertext;
}

/** Welcome (RFC 9420 §12.4.3.1). */
export interface Welcome {
  readonly cipherSuite: number;
  readonly secrets: readonly EncryptedGroupSecrets[];
  readonly encryptedGroupInfo: Uint8Array;
}

export function writeWelcome(writer: Writer, welcome: Welcome): void {
  writer.u16(welcome.cipherSuite);
  writer.vector(welcome.secrets, (w, secrets) => {
    w.opaque(secrets.newMember);
    writeHpkeCiphertext(w, secrets.encrypted);
  });
  writer.opaque(welcome.encryptedGroupInfo);
}

export function readWelcome(reader: Reader): Welcome {
  return {
    cipherSuite: reader.u16(),
    secrets: reader.vector(limits.list, (r) => ({
      newMember: r.opaque(limits.hash),
      encrypted: readHpkeCiphertext(r),
    })),
    encryptedGroupInfo: reader.opaque(limits.ciphertext),
  };
}

/** GroupSecrets (RFC 9420 §12.4.3.1). */
export interface GroupSecrets {
  readonly joinerSecret: Secret;
  readonly pathSecret: Secret | undefined;
  readonly psks: readonly PreSharedKeyId[];
}

export function encodeGroupSecrets(secrets: GroupSecrets): Secret {
  return asSecret(
    encode(secrets, (writer) => {
      writer.opaque(secrets.joinerSecret).optional(secrets.pathSecret, (w, secret) => w.opaque(secret));
      writer.vector(secrets.psks, writePreSharedKeyId);
    }),
  );
}

export function decodeGroupSecrets(bytes: Uint8Array): GroupSecrets {
  return decode(bytes, (reader) => ({
    joinerSecret: asSecret(reader.opaque(limits.hash)),
    pathSecret: reader.optional((r) => asSecret(r.opaque(limits.hash))),
    psks: reader.vector(limits.list, readPreSharedKeyId),
  }));
}
