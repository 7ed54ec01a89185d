import { concatBytes, utf8, wipe } from "@redoubt/base";
import { CryptoError } from "../crypto-error.js";
import { PrivateKeyCache } from "../private-key-cache.js";
import type { KemProvider } from "../provider.js";
import { isMlKem768PublicKey, type MlKem768, mlKem768Lengths } from "../sodium/ml-kem-768.js";
import type { DhGroup } from "./dh-group.js";

const label = utf8("\\.//^\\");
const seedLength = 32;
const x25519Length = 32;

/** The parts of X-Wing that a platform gives. */
export interface XWingParts {
  readonly mlKem: MlKem768;
  readonly x25519: DhGroup;
  readonly sha3_256: (data: Uint8Array) => Uint8Array;
  readonly shake256: (data: Uint8Array, length: number) => Uint8Array;
}

/** expandDecapsulationKey of the draft, §5.2, with the public key. */
interface ExpandedKey {
  readonly mlKemPrivateKey: Uint8Array;
  readonly x25519PrivateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/**
 * X-Wing (draft-connolly-cfrg-xwing-kem-09): ML-KEM-768 and X25519, either of which suffices. The private key is the
 * 32-byte seed; its expansion is cached, as it costs as much as an encapsulation. An X25519 share of small order is
 * refused, beyond what the draft demands.
 */
export function createXWingKem({ mlKem, x25519, sha3_256, shake256 }: XWingParts): KemProvider {
  const publicKeyLength = mlKem768Lengths.publicKey + x25519Length;
  const encapsulationLength = mlKem768Lengths.ciphertext + x25519Length;

  const expandedKeys = new PrivateKeyCache<ExpandedKey>(seedLength, expandKey, (expanded) =>
    wipe(expanded.mlKemPrivateKey, expanded.x25519PrivateKey),
  );

  function expandKey(privateKey: Uint8Array): ExpandedKey {
    const expanded = shake256(privateKey, mlKem768Lengths.seed + x25519Length);
    const pair = mlKem.deriveKeyPair(expanded.subarray(0, mlKem768Lengths.seed));
    const x25519PrivateKey = expanded.slice(mlKem768Lengths.seed);
    wipe(expanded);
    const publicKey = concatBytes(pair.publicKey, x25519.publicKey(x25519PrivateKey));
    return { mlKemPrivateKey: pair.privateKey, x25519PrivateKey, publicKey };
  }

  /** §5.3 of the draft. Wipes both secrets. */
  function combine(
    mlKemSecret: Uint8Array,
    x25519Secret: Uint8Array,
    x25519Encapsulation: Uint8Array,
    x25519PublicKey: Uint8Array,
  ): Uint8Array {
    const input = concatBytes(mlKemSecret, x25519Secret, x25519Encapsulation, x25519PublicKey, label);
    const sharedSecret = sha3_256(input);
    wipe(input, mlKemSecret, x25519Secret);
    return sharedSecret;
  }

  return {
    id: 0x647a,
    publicKeyLength,
    privateKeyLength: seedLength,
    encapsulationLength,
    sharedSecretLength: 32,

    deriveKeyPair(inputKeyMaterial) {
      const privateKey = shake256(inputKeyMaterial, seedLength);
      return { privateKey, publicKey: expandedKeys.get(privateKey).publicKey.slice() };
    },

    encapsulate(publicKey, random) {
      if (publicKey.length !== publicKeyLength) {
        throw new CryptoError("bad-key", `a public key of ${publicKey.length} bytes, not ${publicKeyLength}`);
      }
      // One draw of 64 bytes in the order of EncapsulateDerand, §5.4.1 of the draft.
      const seed = random(64);
      const ephemeral = seed.slice(32);
      const x25519PublicKey = publicKey.subarray(mlKem768Lengths.publicKey);
      const x25519Encapsulation = x25519.publicKey(ephemeral);
      const x25519Secret = x25519.agree(ephemeral, x25519PublicKey);
      const mlKemResult = mlKem.encapsulate(publicKey.subarray(0, mlKem768Lengths.publicKey), seed.subarray(0, 32));
      wipe(seed, ephemeral);
      if (x25519Secret === undefined || mlKemResult === undefined) {
        throw new CryptoError("bad-key", "the public key is malformed or of small order");
      }
      return {
        sharedSecret: combine(mlKemResult.sharedSecret, x25519Secret, x25519Encapsulation, x25519PublicKey),
        encapsulation: concatBytes(mlKemResult.ciphertext, x25519Encapsulation),
      };
    },

    decapsulate(privateKey, encapsulation) {
      const expanded = expandedKeys.get(privateKey);
      if (encapsulation.length !== encapsulationLength) return undefined;
      const x25519Encapsulation = encapsulation.subarray(mlKem768Lengths.ciphertext);
      const x25519Secret = x25519.agree(expanded.x25519PrivateKey, x25519Encapsulation);
      if (x25519Secret === undefined) return undefined;
      const mlKemSecret = mlKem.decapsulate(
        expanded.mlKemPrivateKey,
        encapsulation.subarray(0, mlKem768Lengths.ciphertext),
      );
      const x25519PublicKey = expanded.publicKey.subarray(mlKem768Lengths.publicKey);
      return combine(mlKemSecret, x25519Secret, x25519Encapsulation, x25519PublicKey);
    },

    isPublicKey: (publicKey) =>
      publicKey.length === publicKeyLength &&
      isMlKem768PublicKey(publicKey.subarray(0, mlKem768Lengths.publicKey)) &&
      x25519.isPublicKey(publicKey.subarray(mlKem768Lengths.publicKey)),
  };
}
