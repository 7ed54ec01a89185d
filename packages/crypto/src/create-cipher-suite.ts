import type { Random } from "@redoubt/base";
import type { CipherSuite } from "./cipher-suite.js";
import { CryptoError } from "./crypto-error.js";
import { createHkdf } from "./hkdf.js";
import { createHpke } from "./hpke.js";
import type { CryptoProvider } from "./provider.js";
import { aeadTable, hashTable, suiteTable } from "./suite-table.js";

/**
 * Binds the algorithms of an MLS cipher suite to a provider.
 *
 * @param id a value of `cipherSuiteIds`
 * @param options.random draws every random byte of key generation and encapsulation; the provider's own by default.
 *   Tests give a seeded one. Only the nonce of an ECDSA signature (suite 2) may come from elsewhere.
 * @throws CryptoError `unsupported-suite`
 */
export function createCipherSuite(
  id: number,
  provider: CryptoProvider,
  options: { readonly random?: Random } = {},
): CipherSuite {
  const parameters = suiteTable.get(id);
  if (parameters === undefined) throw new CryptoError("unsupported-suite", `0x${id.toString(16).padStart(4, "0")}`);
  const { name, hash, aead } = parameters;
  const random = options.random ?? provider.random;
  const signature = provider.signatures[parameters.signature];
  const hashLength = hashTable[hash].length;
  const hkdf = createHkdf((key, data) => provider.hmac(hash, key, data), hashLength);

  return {
    id,
    name,
    hashLength,
    keyLength: aeadTable[aead].keyLength,
    nonceLength: aeadTable[aead].nonceLength,
    random,
    hash: (data) => provider.hash(hash, data),
    mac: (key, data) => provider.hmac(hash, key, data),
    extract: hkdf.extract,
    expand: hkdf.expand,
    aeadSeal: (key, nonce, aad, plaintext) => provider.aeadSeal(aead, key, nonce, aad, plaintext),
    aeadOpen: (key, nonce, aad, ciphertext) => provider.aeadOpen(aead, key, nonce, aad, ciphertext),
    generateSignatureKeyPair: () => signature.generateKeyPair(random),
    sign: (privateKey, data) => signature.sign(privateKey, data),
    verify: (publicKey, data, bytes) => signature.verify(publicKey, data, bytes),
    signaturePublicKeyLength: signature.publicKeyLength,
    hpke: createHpke({ provider, kem: provider.kems[parameters.kem], hash, hkdf, aead, random }),
  };
}
