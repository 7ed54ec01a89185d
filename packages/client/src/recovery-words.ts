import { asSecret, type Secret } from "@redoubt/base";
import { entropyToMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";

/** Bytes of the secret that 24 words stand for. */
const recoverySecretLength = 32;

/** The 24 words (BIP 39, English list, checksum included) of a recovery secret of 32 bytes. */
export function recoveryWords(secret: Secret<32>): readonly string[] {
  return entropyToMnemonic(secret, wordlist).split(" ");
}

/** Copies 32 random bytes as a recovery secret. */
export function newRecoverySecret(random: (length: number) => Uint8Array): Secret<32> {
  return asSecret<32>(random(recoverySecretLength));
}
