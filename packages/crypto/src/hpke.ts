import { asSecret, concatBytes, emptyBytes, type Random, type Secret, utf8, wipe } from "@redoubt/base";
import type { Hpke } from "./cipher-suite.js";
import type { Hkdf } from "./hkdf.js";
import { LabeledKdf, twoBytes } from "./kem/labeled-kdf.js";
import type { AeadAlgorithm, CryptoProvider, HashAlgorithm, KemProvider } from "./provider.js";
import { aeadTable, hashTable } from "./suite-table.js";

const labels = {
  baseNonce: utf8("base_nonce"),
  exp: utf8("exp"),
  hpke: utf8("HPKE"),
  infoHash: utf8("info_hash"),
  key: utf8("key"),
  pskIdHash: utf8("psk_id_hash"),
  sec: utf8("sec"),
  secret: utf8("secret"),
};

const baseMode = Uint8Array.of(0x00);

/** What an HPKE cipher suite is made of. */
export interface HpkeParameters {
  readonly provider: CryptoProvider;
  readonly kem: KemProvider;
  readonly hash: HashAlgorithm;
  /** HKDF of `hash`. */
  readonly hkdf: Hkdf;
  readonly aead: AeadAlgorithm;
  readonly random: Random;
}

/** HPKE in base mode, single-shot (RFC 9180 §5, §6). Shared secrets and all that derives from them are wiped. */
export function createHpke({ provider, kem, hash, hkdf, aead, random }: HpkeParameters): Hpke {
  const { keyLength, nonceLength, aeadId } = aeadTable[aead];
  const kdf = new LabeledKdf(
    hkdf,
    concatBytes(labels.hpke, twoBytes(kem.id), twoBytes(hashTable[hash].kdfId), twoBytes(aeadId)),
  );
  const pskIdHash = kdf.extract(emptyBytes, labels.pskIdHash, emptyBytes);

  /** key_schedule_context of RFC 9180 §5.1: the part of the key schedule that all recipients of one info share. */
  function scheduleContext(info: Uint8Array): Uint8Array {
    return concatBytes(baseMode, pskIdHash, kdf.extract(emptyBytes, labels.infoHash, info));
  }

  /** `secret` of RFC 9180 §5.1. Wipes the shared secret. */
  function scheduleSecret(sharedSecret: Uint8Array): Secret {
    const secret = kdf.extract(sharedSecret, labels.secret, emptyBytes);
    wipe(sharedSecret);
    return secret;
  }

  /** Calls `use` with the key and the nonce of the first message, then wipes them. */
  function withKey<Result>(
    sharedSecret: Uint8Array,
    context: Uint8Array,
    use: (key: Uint8Array, nonce: Uint8Array) => Result,
  ): Result {
    const secret = scheduleSecret(sharedSecret);
    const key = kdf.expand(secret, labels.key, context, keyLength);
    const nonce = kdf.expand(secret, labels.baseNonce, context, nonceLength);
    const result = use(key, nonce);
    wipe(secret, key, nonce);
    return result;
  }

  /** Context.Export of RFC 9180 §5.3. Wipes the shared secret. */
  function exportSecret(
    sharedSecret: Uint8Array,
    info: Uint8Array,
    exporterContext: Uint8Array,
    length: number,
  ): Secret {
    const secret = scheduleSecret(sharedSecret);
    const context = scheduleContext(info);
    const exporterSecret = kdf.expand(secret, labels.exp, context, hkdf.hashLength);
    const exported = kdf.expand(exporterSecret, labels.sec, exporterContext, length);
    wipe(secret, exporterSecret);
    return exported;
  }

  function sealer(info: Uint8Array): ReturnType<Hpke["sealer"]> {
    const context = scheduleContext(info);
    return (publicKey, aad, plaintext) => {
      const { sharedSecret, encapsulation } = kem.encapsulate(publicKey, random);
      const ciphertext = withKey(sharedSecret, context, (key, nonce) =>
        provider.aeadSeal(aead, key, nonce, aad, plaintext),
      );
      return { kemOutput: encapsulation, ciphertext };
    };
  }

  return {
    sealer,
    seal: (publicKey, info, aad, plaintext) => sealer(info)(publicKey, aad, plaintext),
    publicKeyLength: kem.publicKeyLength,
    encapsulationLength: kem.encapsulationLength,
    isPublicKey: (publicKey) => kem.isPublicKey(publicKey),
    deriveKeyPair: (inputKeyMaterial) => kem.deriveKeyPair(inputKeyMaterial),

    generateKeyPair() {
      const inputKeyMaterial = random(kem.privateKeyLength);
      const pair = kem.deriveKeyPair(inputKeyMaterial);
      wipe(inputKeyMaterial);
      return pair;
    },

    open(privateKey, { kemOutput, ciphertext }, info, aad) {
      const sharedSecret = kem.decapsulate(privateKey, kemOutput);
      if (sharedSecret === undefined) return undefined;
      const plaintext = withKey(sharedSecret, scheduleContext(info), (key, nonce) =>
        provider.aeadOpen(aead, key, nonce, aad, ciphertext),
      );
      return plaintext === undefined ? undefined : asSecret(plaintext);
    },

    sendExport(publicKey, info, exporterContext, length) {
      const { sharedSecret, encapsulation } = kem.encapsulate(publicKey, random);
      return { kemOutput: encapsulation, secret: exportSecret(sharedSecret, info, exporterContext, length) };
    },

    receiveExport(privateKey, kemOutput, info, exporterContext, length) {
      const sharedSecret = kem.decapsulate(privateKey, kemOutput);
      return sharedSecret === undefined ? undefined : exportSecret(sharedSecret, info, exporterContext, length);
    },
  };
}
