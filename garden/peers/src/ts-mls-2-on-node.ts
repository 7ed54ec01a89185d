import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  timingSafeEqual,
  verify,
} from "node:crypto";
import { type CiphersuiteImpl, type CryptoProvider, defaultCryptoProvider } from "ts-mls-2";
import type { Peer } from "./peer.js";
import { createTsMls2, type TsMls2Group } from "./ts-mls-2.js";

const tagLength = 16;
const ed25519SpkiHeader = Buffer.from("302a300506032b6570032100", "hex");

/**
 * ts-mls 2.0.0-rc.10 with node:crypto behind what a message needs (hash, HMAC, HKDF, AEAD, Ed25519), in place of
 * WebCrypto and noble. Its KEM stays the default one.
 */
export const tsMls2OnNode: Peer<TsMls2Group> = createTsMls2("ts-mls 2.0.0-rc.10 on node:crypto", {
  async getCiphersuiteImpl(id) {
    const suite = await defaultCryptoProvider.getCiphersuiteImpl(id);
    const hash = suite.kdf.size === 64 ? "sha512" : "sha256";
    const aead = suite.hpke.keyLength === 16 ? "aes-128-gcm" : "chacha20-poly1305";
    return {
      ...suite,
      ...hashing(hash, suite.kdf.size),
      signature: { ...suite.signature, ...ed25519() },
      hpke: { ...suite.hpke, ...sealing(aead) },
    };
  },
} satisfies CryptoProvider);

/** ts-mls takes slices and expects copies; a Buffer would give it views. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

function hashing(hash: "sha256" | "sha512", size: number): Pick<CiphersuiteImpl, "hash" | "kdf"> {
  const mac = (key: Uint8Array, data: Uint8Array) => plain(createHmac(hash, key).update(data).digest());
  return {
    hash: {
      digest: async (data) => plain(createHash(hash).update(data).digest()),
      mac: async (key, data) => mac(key, data),
      verifyMac: async (key, tag, data) => timingSafeEqual(mac(key, data), tag),
    },
    kdf: {
      size,
      extract: async (salt, inputKeyMaterial) => mac(salt, inputKeyMaterial),
      async expand(pseudorandomKey, info, length) {
        let block: Uint8Array = new Uint8Array(0);
        let output: Uint8Array = block;
        for (let counter = 1; output.length < length; counter++) {
          block = mac(pseudorandomKey, Buffer.concat([block, info, Uint8Array.of(counter)]));
          output = output.length === 0 ? block : plain(Buffer.concat([output, block]));
        }
        return output.subarray(0, length);
      },
    },
  };
}

/** Key objects are kept: ts-mls gives the same array with every message. */
function ed25519(): Pick<CiphersuiteImpl["signature"], "sign" | "verify"> {
  const known = new WeakMap<Uint8Array, KeyObject>();
  const keyOf = (bytes: Uint8Array, load: (bytes: Uint8Array) => KeyObject): KeyObject => {
    const key = known.get(bytes) ?? load(bytes);
    known.set(bytes, key);
    return key;
  };
  const privateKey = (der: Uint8Array) => createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" });
  const publicKey = (raw: Uint8Array) =>
    createPublicKey({ key: Buffer.concat([ed25519SpkiHeader, raw]), format: "der", type: "spki" });
  return {
    sign: async (key, message) => plain(sign(null, message, keyOf(key, privateKey))),
    verify: async (key, message, signature) => verify(null, message, keyOf(key, publicKey), signature),
  };
}

function sealing(
  algorithm: "aes-128-gcm" | "chacha20-poly1305",
): Pick<CiphersuiteImpl["hpke"], "encryptAead" | "decryptAead"> {
  // Node's types know the two kinds of cipher by different names; at run time both take the same calls.
  const name = algorithm as "chacha20-poly1305";
  const options = { authTagLength: tagLength };
  return {
    async encryptAead(key, nonce, aad, plaintext) {
      const cipher = createCipheriv(name, key, nonce, options);
      if (aad !== undefined) cipher.setAAD(aad, { plaintextLength: plaintext.length });
      return plain(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]));
    },
    async decryptAead(key, nonce, aad, ciphertext) {
      const decipher = createDecipheriv(name, key, nonce, options);
      const length = ciphertext.length - tagLength;
      decipher.setAuthTag(ciphertext.subarray(length));
      if (aad !== undefined) decipher.setAAD(aad, { plaintextLength: length });
      return plain(Buffer.concat([decipher.update(ciphertext.subarray(0, length)), decipher.final()]));
    },
  };
}
