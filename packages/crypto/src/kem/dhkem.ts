import { concatBytes, emptyBytes, type Random, utf8, wipe } from "@redoubt/base";
import { CryptoError } from "../crypto-error.js";
import type { Hkdf } from "../hkdf.js";
import { generateP256Scalar, isP256Scalar } from "../primitives/p256.js";
import type { KemProvider } from "../provider.js";
import type { DhGroup } from "./dh-group.js";
import { LabeledKdf, twoBytes } from "./labeled-kdf.js";

const labels = {
  candidate: utf8("candidate"),
  dkpPrk: utf8("dkp_prk"),
  eaePrk: utf8("eae_prk"),
  kem: utf8("KEM"),
  sharedSecret: utf8("shared_secret"),
  sk: utf8("sk"),
};

const sharedSecretLength = 32;

/** DHKEM(X25519, HKDF-SHA256), RFC 9180 §7.1. @param hkdf of SHA-256 */
export function createX25519Kem(group: DhGroup, hkdf: Hkdf): KemProvider {
  return createDhKem({
    id: 0x0020,
    group,
    hkdf,
    derivePrivateKey: (kdf, pseudorandomKey) =>
      kdf.expand(pseudorandomKey, labels.sk, emptyBytes, group.privateKeyLength),
    generatePrivateKey: (random) => random(group.privateKeyLength),
  });
}

/** DHKEM(P-256, HKDF-SHA256), RFC 9180 §7.1. @param hkdf of SHA-256 */
export function createP256Kem(group: DhGroup, hkdf: Hkdf): KemProvider {
  return createDhKem({
    id: 0x0010,
    group,
    hkdf,
    derivePrivateKey(kdf, pseudorandomKey) {
      for (let counter = 0; counter < 256; counter++) {
        const candidate = kdf.expand(pseudorandomKey, labels.candidate, Uint8Array.of(counter), group.privateKeyLength);
        if (isP256Scalar(candidate)) return candidate;
      }
      throw new CryptoError("bad-key", "no scalar of P-256 derives from this key material");
    },
    generatePrivateKey: generateP256Scalar,
  });
}

interface DhKemParameters {
  readonly id: number;
  readonly group: DhGroup;
  readonly hkdf: Hkdf;
  /** DeriveKeyPair of RFC 9180 §7.1.3, from `dkp_prk`. */
  readonly derivePrivateKey: (kdf: LabeledKdf, pseudorandomKey: Uint8Array) => Uint8Array;
  /** GenerateKeyPair of RFC 9180 §4, for the ephemeral key. */
  readonly generatePrivateKey: (random: Random) => Uint8Array;
}

function createDhKem({ id, group, hkdf, derivePrivateKey, generatePrivateKey }: DhKemParameters): KemProvider {
  const kdf = new LabeledKdf(hkdf, concatBytes(labels.kem, twoBytes(id)));

  /** ExtractAndExpand of RFC 9180 §4.1. Wipes `dh`. */
  function extractAndExpand(dh: Uint8Array, encapsulation: Uint8Array, publicKey: Uint8Array): Uint8Array {
    const pseudorandomKey = kdf.extract(emptyBytes, labels.eaePrk, dh);
    const context = concatBytes(encapsulation, publicKey);
    const sharedSecret = kdf.expand(pseudorandomKey, labels.sharedSecret, context, sharedSecretLength);
    wipe(dh, pseudorandomKey);
    return sharedSecret;
  }

  return {
    id,
    publicKeyLength: group.publicKeyLength,
    privateKeyLength: group.privateKeyLength,
    encapsulationLength: group.publicKeyLength,
    sharedSecretLength,

    deriveKeyPair(inputKeyMaterial) {
      const pseudorandomKey = kdf.extract(emptyBytes, labels.dkpPrk, inputKeyMaterial);
      const privateKey = derivePrivateKey(kdf, pseudorandomKey);
      wipe(pseudorandomKey);
      return { privateKey, publicKey: group.publicKey(privateKey) };
    },

    encapsulate(publicKey, random) {
      const ephemeral = generatePrivateKey(random);
      const encapsulation = group.publicKey(ephemeral);
      const dh = group.agree(ephemeral, publicKey);
      wipe(ephemeral);
      if (dh === undefined) throw new CryptoError("bad-key", "the public key is malformed or of small order");
      return { sharedSecret: extractAndExpand(dh, encapsulation, publicKey), encapsulation };
    },

    decapsulate(privateKey, encapsulation) {
      const dh = group.agree(privateKey, encapsulation);
      return dh === undefined ? undefined : extractAndExpand(dh, encapsulation, group.publicKey(privateKey));
    },

    isPublicKey: (publicKey) => group.isPublicKey(publicKey),
  };
}
