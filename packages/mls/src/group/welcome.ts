import { asSecret, type Secret } from "@redoubt/base";
import type { CipherSuite } from "@redoubt/crypto";
import { encode } from "../codec/writer.js";
import { MlsError } from "../error.js";
import { encryptorWithLabel } from "../labels.js";
import { deriveWelcomeSecret, welcomeKeys } from "../schedule/key-schedule.js";
import { type GroupInfo, writeGroupInfo } from "../structs/group-info.js";
import type { KeyPackage } from "../structs/key-package.js";
import { decodeMessage, encodeMessage } from "../structs/message.js";
import type { PreSharedKeyId } from "../structs/psk-id.js";
import { encodeGroupSecrets, type Welcome } from "../structs/welcome.js";
import type { MlsContext } from "./context.js";
import { keyPackageRef } from "./key-packages.js";

/** One who is to be welcomed. The path secret is that of the lowest node above both the committer and it. */
export interface Newcomer {
  readonly keyPackage: KeyPackage;
  readonly pathSecret: Secret | undefined;
}

/** Makes a Welcome for all newcomers of a commit (RFC 9420 §12.4.3.1). */
export function makeWelcome(
  context: MlsContext,
  newcomers: readonly Newcomer[],
  secrets: { readonly joinerSecret: Secret; readonly pskSecret: Secret; readonly psks: readonly PreSharedKeyId[] },
  groupInfo: GroupInfo,
): Welcome {
  const { suite } = context;
  const encryptedGroupInfo = sealGroupInfo(suite, secrets, groupInfo);
  const encrypt = encryptorWithLabel(suite, "Welcome", encryptedGroupInfo);
  return {
    cipherSuite: suite.id,
    secrets: newcomers.map(({ keyPackage, pathSecret }) => {
      const groupSecrets = encodeGroupSecrets({ joinerSecret: secrets.joinerSecret, pathSecret, psks: secrets.psks });
      const encrypted = encrypt(keyPackage.initKey, groupSecrets);
      groupSecrets.fill(0);
      return { newMember: keyPackageRef(context, keyPackage), encrypted };
    }),
    encryptedGroupInfo,
  };
}

function sealGroupInfo(
  suite: CipherSuite,
  { joinerSecret, pskSecret }: { readonly joinerSecret: Secret; readonly pskSecret: Secret },
  groupInfo: GroupInfo,
): Uint8Array {
  const welcomeSecret = deriveWelcomeSecret(suite, joinerSecret, pskSecret);
  const { key, nonce } = welcomeKeys(suite, welcomeSecret);
  const plaintext = asSecret(encode(groupInfo, writeGroupInfo));
  const encrypted = suite.aeadSeal(key, nonce, new Uint8Array(0), plaintext);
  for (const secret of [welcomeSecret, key, nonce, plaintext]) secret.fill(0);
  return encrypted;
}

/** @throws MlsError `malformed`, `unsupported` */
export function parseWelcome(bytes: Uint8Array): Welcome {
  const message = decodeMessage(bytes);
  if (message.kind !== "welcome") throw new MlsError("unsupported", `a ${message.kind} is no welcome`);
  return message.welcome;
}

/**
 * One Welcome a newcomer, so that none tells how many there are (RFC 9420 §12.4.3.1 leaves the division to the
 * committer). In the order of the Adds.
 */
export function splitWelcome(bytes: Uint8Array): Uint8Array[] {
  const welcome = parseWelcome(bytes);
  return welcome.secrets.map((secrets) =>
    encodeMessage({ kind: "welcome", welcome: { ...welcome, secrets: [secrets] } }),
  );
}
