import { emptyBytes, toHex, utf8, wipe } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { CryptoError, cipherSuiteIds, createCipherSuite, suiteTable } from "../src/index.js";
import { bothProviders } from "./both-providers.js";
import { hex } from "./hex.js";
import { seededRandom } from "./seeded-random.js";

const info = utf8("information");
const aad = utf8("header");
const plaintext = utf8("what is said");
const fails = (code: string) => expect.objectContaining({ name: "CryptoError", code, retry: false });

it("has the suites of RFC 9420 §17.1 that we take, and X-Wing", () => {
  expect([...suiteTable].map(([id, suite]) => [id, suite.name])).toEqual([
    [1, "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519"],
    [2, "MLS_128_DHKEMP256_AES128GCM_SHA256_P256"],
    [3, "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519"],
    [0xf00e, "MLS_256_XWING_CHACHA20POLY1305_SHA512_Ed25519"],
  ]);
  expect(cipherSuiteIds).toEqual([1, 2, 3, 0xf00e]);
});

describe.each(bothProviders)("with the %s provider", (_name, provider) => {
  it.each([0, 4, 0xffff])("suite %i is refused", (id) => {
    expect(() => createCipherSuite(id, provider)).toThrow(CryptoError);
    expect(() => createCipherSuite(id, provider)).toThrow(fails("unsupported-suite"));
  });

  it.each([
    [1, 32, 16, 32, 32, 32],
    [2, 32, 16, 65, 65, 65],
    [3, 32, 32, 32, 32, 32],
    [0xf00e, 64, 32, 32, 1216, 1120],
  ])("suite %i has its lengths", (id, hash, key, signatureKey, hpkeKey, encapsulation) => {
    const suite = createCipherSuite(id, provider);
    expect([suite.id, suite.hashLength, suite.keyLength, suite.nonceLength]).toEqual([id, hash, key, 12]);
    expect(suite.signaturePublicKeyLength).toBe(signatureKey);
    expect([suite.hpke.publicKeyLength, suite.hpke.encapsulationLength]).toEqual([hpkeKey, encapsulation]);
    expect(suite.hash(emptyBytes)).toHaveLength(hash);
    expect(suite.mac(aad, plaintext)).toHaveLength(hash);
    expect(suite.extract(aad, plaintext)).toEqual(suite.mac(aad, plaintext));
  });

  it("expands as RFC 5869, appendix A.1 and A.3", () => {
    const suite = createCipherSuite(1, provider);
    const inputKeyMaterial = new Uint8Array(22).fill(0x0b);
    const first = suite.extract(hex("000102030405060708090a0b0c"), inputKeyMaterial);
    expect(toHex(first)).toBe("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
    expect(toHex(suite.expand(first, hex("f0f1f2f3f4f5f6f7f8f9"), 42))).toBe(
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    );
    const third = suite.extract(emptyBytes, inputKeyMaterial);
    expect(toHex(third)).toBe("19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04");
    expect(toHex(suite.expand(third, emptyBytes, 42))).toBe(
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    );
  });

  describe.each(cipherSuiteIds)("suite %i", (id) => {
    const suite = createCipherSuite(id, provider, { random: seededRandom(id) });
    const pair = suite.hpke.generateKeyPair();
    const sealed = suite.hpke.seal(pair.publicKey, info, aad, plaintext);

    it("expands to any length that HKDF has, each the beginning of the longer", () => {
      const secret = suite.extract(info, aad);
      const longest = suite.expand(secret, info, 255 * suite.hashLength);
      for (const length of [0, 1, suite.hashLength - 1, suite.hashLength, suite.hashLength + 1, 1000]) {
        expect(suite.expand(secret, info, length)).toEqual(longest.slice(0, length));
      }
      for (const length of [-1, 0.5, 255 * suite.hashLength + 1]) {
        expect(() => suite.expand(secret, info, length)).toThrow(fails("bad-length"));
      }
    });

    it("draws from the given source alone", () => {
      const [first, second] = [0, 1].map(() => {
        const twin = createCipherSuite(id, provider, { random: seededRandom(id) });
        const keys = twin.hpke.generateKeyPair();
        return [keys, twin.hpke.seal(keys.publicKey, info, aad, plaintext), twin.generateSignatureKeyPair()];
      });
      expect(first).toEqual(second);
      expect(first?.slice(0, 2)).toEqual([pair, sealed]);
    });

    it("draws from the provider by default", () => {
      const plain = createCipherSuite(id, provider);
      expect(plain.random(32)).not.toEqual(plain.random(32));
      const once = plain.hpke.seal(pair.publicKey, info, aad, plaintext);
      expect(plain.hpke.seal(pair.publicKey, info, aad, plaintext)).not.toEqual(once);
    });

    it("opens with the key, info and header it was sealed for and no other", () => {
      const open = (privateKey: Uint8Array, message = sealed, i = info, a = aad) =>
        suite.hpke.open(privateKey, message, i, a);
      expect(open(pair.privateKey)).toEqual(plaintext);
      expect(open(suite.hpke.generateKeyPair().privateKey)).toBeUndefined();
      expect(open(pair.privateKey, sealed, aad)).toBeUndefined();
      expect(open(pair.privateKey, sealed, info, info)).toBeUndefined();
      const changedBytes = (bytes: Uint8Array, index: number) => bytes.with(index, (bytes[index] as number) ^ 1);
      const { kemOutput, ciphertext } = sealed;
      for (const message of [
        { kemOutput: changedBytes(kemOutput, 5), ciphertext },
        { kemOutput: kemOutput.slice(1), ciphertext },
        { kemOutput: emptyBytes, ciphertext },
        { kemOutput, ciphertext: changedBytes(ciphertext, 0) },
        { kemOutput, ciphertext: ciphertext.slice(1) },
        { kemOutput, ciphertext: emptyBytes },
      ]) {
        expect(open(pair.privateKey, message)).toBeUndefined();
      }
    });

    it("exports the same secret to both ends", () => {
      const { kemOutput, secret } = suite.hpke.sendExport(pair.publicKey, info, aad, 32);
      expect(secret).toHaveLength(32);
      expect(suite.hpke.receiveExport(pair.privateKey, kemOutput, info, aad, 32)).toEqual(secret);
      expect(suite.hpke.receiveExport(pair.privateKey, kemOutput, info, info, 32)).not.toEqual(secret);
      expect(suite.hpke.receiveExport(pair.privateKey, emptyBytes, info, aad, 32)).toBeUndefined();
    });

    it("refuses malformed and wiped keys with a typed error", () => {
      expect(() => suite.hpke.seal(emptyBytes, info, aad, plaintext)).toThrow(fails("bad-key"));
      expect(() => suite.hpke.sendExport(pair.publicKey.slice(1), info, aad, 32)).toThrow(fails("bad-key"));
      expect(() => suite.hpke.open(pair.privateKey.slice(1), sealed, info, aad)).toThrow(fails("bad-key"));
      const privateKey = pair.privateKey.slice();
      expect(suite.hpke.open(privateKey, sealed, info, aad)).toEqual(plaintext);
      wipe(privateKey);
      expect(() => suite.hpke.open(privateKey, sealed, info, aad)).toThrow(fails("bad-key"));
    });

    it("signs and verifies", () => {
      const keys = suite.generateSignatureKeyPair();
      const signed = suite.sign(keys.privateKey, plaintext);
      expect(suite.verify(keys.publicKey, plaintext, signed)).toBe(true);
      expect(suite.verify(keys.publicKey, aad, signed)).toBe(false);
    });
  });
});
