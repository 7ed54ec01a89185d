import { createHmac } from "node:crypto";
import { decodeCbor } from "@redoubt/base";
import { decodeDetail } from "@redoubt/conversation";
import type { Store } from "@redoubt/store";
import { mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { type Needle, secretNeedle, textNeedle } from "./needle.js";

/** The private keys that a client keeps. */
export function keptSecrets(name: string, store: Store): Needle[] {
  const [, deviceSeed] = decodeCbor(store.account.get()?.deviceKeys as Uint8Array) as [number, Uint8Array];
  const logs = store.conversations.list().flatMap(({ detail }) => {
    const { logSecret, writeSeed, ownerSeed } = decodeDetail(detail).access;
    return [
      secretNeedle(`${name}: log secret`, logSecret),
      secretNeedle(`${name}: write seed`, writeSeed),
      ...(ownerSeed === undefined ? [] : [secretNeedle(`${name}: owner seed`, ownerSeed)]),
    ];
  });
  const lastResorts = store.keyPackages.lastResorts().flatMap(({ value }) => {
    const [, , initKey, encryptionKey] = decodeCbor(value) as [number, Uint8Array, Uint8Array, Uint8Array];
    return [secretNeedle(`${name}: init key`, initKey), secretNeedle(`${name}: encryption key`, encryptionKey)];
  });
  return [secretNeedle(`${name}: device seed`, deviceSeed), ...logs, ...lastResorts];
}

/** The recovery kit, which nobody keeps but its owner. */
export function recoverySecrets(name: string, words: readonly string[]): Needle[] {
  const secret = mnemonicToEntropy(words.join(" "), wordlist);
  const seed = createHmac("sha256", secret).update("redoubt/recovery-key/v1").digest();
  return [
    textNeedle(`${name}: recovery words`, words.join(" ")),
    secretNeedle(`${name}: recovery secret`, secret),
    secretNeedle(`${name}: recovery seed`, seed),
  ];
}
