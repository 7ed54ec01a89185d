import { concatBytes, emptyBytes, toHex, utf8, wipe } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import type { AeadAlgorithm, CryptoProvider, HashAlgorithm, KemAlgorithm, SignatureAlgorithm } from "../src/index.js";
import { hex } from "./hex.js";
import { seededRandom } from "./seeded-random.js";
import { smallOrderX25519 } from "./small-order-points.js";

/** What every `CryptoProvider` must do. Known answers of the hashes, MACs, AEADs and signatures included. */
export function describeProvider(provider: CryptoProvider): void {
  const hashes = ["SHA-256", "SHA-512"] as const satisfies readonly HashAlgorithm[];
  const aeads = ["AES-128-GCM", "ChaCha20-Poly1305"] as const satisfies readonly AeadAlgorithm[];
  const signatures = ["Ed25519", "ECDSA-P256-SHA256"] as const satisfies readonly SignatureAlgorithm[];
  const kems = ["DHKEM-X25519", "DHKEM-P256", "X-Wing"] as const satisfies readonly KemAlgorithm[];
  const data = utf8("what is said");

  describe("random", () => {
    it.each([0, 1, 32, 256, 257, 70_000])("gives %i fresh bytes", (length) => {
      const first = provider.random(length);
      expectOwned(first);
      expect(first).toHaveLength(length);
      if (length >= 32) expect(provider.random(length)).not.toEqual(first);
    });

    it("never gives the same bytes again", () => {
      const seen = new Set<string>();
      for (let i = 0; i < 1000; i++) seen.add(toHex(provider.random(16)));
      expect(seen.size).toBe(1000);
    });

    it.each([-1, 1.5, Number.NaN])("refuses %d bytes", (length) => {
      expect(() => provider.random(length)).toThrow(expect.objectContaining({ code: "bad-length" }));
    });
  });

  describe("hash", () => {
    it("knows the answers of FIPS 180-4 for 'abc'", () => {
      expect(toHex(provider.hash("SHA-256", utf8("abc")))).toBe(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      );
      expect(toHex(provider.hash("SHA-512", utf8("abc")))).toBe(
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
          "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
      );
    });

    it.each(hashes)("gives a fresh array for %s", (algorithm) => {
      expectOwned(provider.hash(algorithm, emptyBytes));
      expectOwned(provider.hash(algorithm, new Uint8Array(5000)));
    });
  });

  describe("hmac", () => {
    it("knows the answers of RFC 4231, cases 1, 2 and 6", () => {
      const cases: [Uint8Array, Uint8Array, string, string][] = [
        [
          new Uint8Array(20).fill(0x0b),
          utf8("Hi There"),
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
          "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
        ],
        [
          utf8("Jefe"),
          utf8("what do ya want for nothing?"),
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
          "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        ],
        [
          new Uint8Array(131).fill(0xaa),
          utf8("Test Using Larger Than Block-Size Key - Hash Key First"),
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
          "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
        ],
      ];
      for (const [key, message, sha256, sha512] of cases) {
        expect(toHex(provider.hmac("SHA-256", key, message))).toBe(sha256);
        expect(toHex(provider.hmac("SHA-512", key, message))).toBe(sha512);
      }
    });

    it.each(hashes)("gives the same for one input whatever came before, with %s", (algorithm) => {
      const key = new Uint8Array(32).fill(7);
      const before = provider.hmac(algorithm, key, data);
      provider.hmac(algorithm, new Uint8Array(300).fill(9), new Uint8Array(700).fill(9));
      const after = provider.hmac(algorithm, key, data);
      expectOwned(after);
      expect(after).toEqual(before);
    });
  });

  describe.each(aeads)("AEAD %s", (algorithm) => {
    const key = new Uint8Array(algorithm === "AES-128-GCM" ? 16 : 32).fill(1);
    const nonce = new Uint8Array(12).fill(2);
    const aad = utf8("header");
    const fails = expect.objectContaining({ name: "CryptoError", code: "bad-length" });

    it.each([0, 1, 15, 16, 400, 2031, 2048, 2049, 10_000])("opens what it sealed: %i bytes", (length) => {
      const plaintext = new Uint8Array(length).fill(3);
      const ciphertext = provider.aeadSeal(algorithm, key, nonce, aad, plaintext);
      expectOwned(ciphertext);
      expect(ciphertext).toHaveLength(length + 16);
      const opened = provider.aeadOpen(algorithm, key, nonce, aad, ciphertext) as Uint8Array;
      expectOwned(opened);
      expect(opened).toEqual(plaintext);
    });

    it.each([20, 4000])("opens nothing that was changed, of %i bytes", (length) => {
      const ciphertext = provider.aeadSeal(algorithm, key, nonce, aad, new Uint8Array(length));
      const open = (changed: Uint8Array) => provider.aeadOpen(algorithm, key, nonce, aad, changed);
      for (const index of [0, length - 1, length, length + 15]) {
        const changed = ciphertext.slice();
        changed[index] = (changed[index] as number) ^ 0x80;
        expect(open(changed)).toBeUndefined();
      }
      for (const shorter of [0, 1, 15, 16, length + 15]) expect(open(ciphertext.slice(0, shorter))).toBeUndefined();
      expect(open(concatBytes(ciphertext, Uint8Array.of(0)))).toBeUndefined();
      expect(provider.aeadOpen(algorithm, key, nonce, emptyBytes, ciphertext)).toBeUndefined();
      expect(provider.aeadOpen(algorithm, key, new Uint8Array(12), aad, ciphertext)).toBeUndefined();
      expect(provider.aeadOpen(algorithm, new Uint8Array(key.length), nonce, aad, ciphertext)).toBeUndefined();
    });

    it("refuses keys and nonces of a wrong length", () => {
      for (const length of [0, key.length - 1, key.length + 1, key.length === 16 ? 32 : 16]) {
        const wrong = new Uint8Array(length);
        expect(() => provider.aeadSeal(algorithm, wrong, nonce, aad, data)).toThrow(fails);
        expect(() => provider.aeadOpen(algorithm, wrong, nonce, aad, new Uint8Array(40))).toThrow(fails);
      }
      for (const length of [0, 8, 11, 13, 16, 24]) {
        const wrong = new Uint8Array(length);
        expect(() => provider.aeadSeal(algorithm, key, wrong, aad, data)).toThrow(fails);
        expect(() => provider.aeadOpen(algorithm, key, wrong, aad, new Uint8Array(40))).toThrow(fails);
      }
    });
  });

  it("knows the answer of RFC 8439 §2.8.2", () => {
    const sealed = provider.aeadSeal(
      "ChaCha20-Poly1305",
      hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"),
      hex("070000004041424344454647"),
      hex("50515253c0c1c2c3c4c5c6c7"),
      utf8(
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, " +
          "sunscreen would be it.",
      ),
    );
    expect(toHex(sealed)).toBe(
      "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e06" +
        "0b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26" +
        "586cec64b6116" +
        "1ae10b594f09e26a7e902ecbd0600691",
    );
  });

  it("knows the answer of test case 4 of the GCM specification", () => {
    const sealed = provider.aeadSeal(
      "AES-128-GCM",
      hex("feffe9928665731c6d6a8f9467308308"),
      hex("cafebabefacedbaddecaf888"),
      hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
      hex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0" +
          "de657ba637b39",
      ),
    );
    expect(toHex(sealed)).toBe(
      "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac" +
        "973d58e0915bc94fbc3221a5db94fae95ae7121a47",
    );
  });

  describe.each(signatures)("signatures with %s", (algorithm) => {
    const signature = provider.signatures[algorithm];
    const pair = signature.generateKeyPair(seededRandom(1));

    it("makes keys from the given source alone", () => {
      expectOwned(pair.privateKey);
      expectOwned(pair.publicKey);
      expect(pair.publicKey).toHaveLength(signature.publicKeyLength);
      expect(signature.generateKeyPair(seededRandom(1))).toEqual(pair);
      expect(signature.generateKeyPair(seededRandom(2))).not.toEqual(pair);
    });

    it("verifies what it signed and nothing else", () => {
      const signed = signature.sign(pair.privateKey, data);
      expectOwned(signed);
      expect(signature.verify(pair.publicKey, data, signed)).toBe(true);
      expect(signature.verify(pair.publicKey, utf8("what was not"), signed)).toBe(false);
      expect(signature.verify(signature.generateKeyPair(seededRandom(2)).publicKey, data, signed)).toBe(false);
      for (let index = 0; index < signed.length; index += 7) {
        const changed = signed.slice();
        changed[index] = (changed[index] as number) ^ 1;
        expect(signature.verify(pair.publicKey, data, changed)).toBe(false);
      }
    });

    it("is false for malformed keys and signatures", () => {
      const signed = signature.sign(pair.privateKey, data);
      for (const wrong of [emptyBytes, signed.slice(1), concatBytes(signed, Uint8Array.of(0)), new Uint8Array(64)]) {
        expect(signature.verify(pair.publicKey, data, wrong)).toBe(false);
      }
      const zeros = new Uint8Array(signature.publicKeyLength);
      const ones = new Uint8Array(signature.publicKeyLength).fill(0xff);
      for (const wrong of [emptyBytes, pair.publicKey.slice(1), concatBytes(pair.publicKey, zeros), zeros, ones]) {
        expect(signature.verify(wrong, data, signed)).toBe(false);
      }
    });

    it("refuses private keys of a wrong length, and wiped ones though it had known them", () => {
      const fails = expect.objectContaining({ name: "CryptoError", code: "bad-key" });
      for (const length of [0, 31, 33, 64]) {
        expect(() => signature.sign(new Uint8Array(length).fill(1), data)).toThrow(fails);
      }
      const { privateKey } = signature.generateKeyPair(seededRandom(3));
      expect(signature.sign(privateKey, data).length).toBeGreaterThan(0);
      wipe(privateKey);
      expect(() => signature.sign(privateKey, data)).toThrow(fails);
    });
  });

  it("signs as RFC 8032 §7.1, tests 1 to 3", () => {
    const cases: [string, string, string, string][] = [
      [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
      ],
      [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
      ],
      [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
      ],
    ];
    const ed25519 = provider.signatures.Ed25519;
    for (const [seed, publicKey, message, signed] of cases) {
      expect(toHex(ed25519.generateKeyPair(() => hex(seed)).publicKey)).toBe(publicKey);
      expect(toHex(ed25519.sign(hex(seed), hex(message)))).toBe(signed);
      expect(ed25519.verify(hex(publicKey), hex(message), hex(signed))).toBe(true);
    }
  });

  describe.each(kems)("KEM %s", (algorithm) => {
    const kem = provider.kems[algorithm];
    const pair = kem.deriveKeyPair(new Uint8Array(32).fill(4));
    const badKey = expect.objectContaining({ name: "CryptoError", code: "bad-key" });

    it("derives keys of the right lengths, the same each time", () => {
      expectOwned(pair.privateKey);
      expectOwned(pair.publicKey);
      expect(pair.privateKey).toHaveLength(kem.privateKeyLength);
      expect(pair.publicKey).toHaveLength(kem.publicKeyLength);
      expect(kem.isPublicKey(pair.publicKey)).toBe(true);
      expect(kem.deriveKeyPair(new Uint8Array(32).fill(4))).toEqual(pair);
      expect(kem.deriveKeyPair(new Uint8Array(32).fill(5))).not.toEqual(pair);
    });

    it("encapsulates with the given source alone, and decapsulates", () => {
      const { sharedSecret, encapsulation } = kem.encapsulate(pair.publicKey, seededRandom(6));
      expectOwned(sharedSecret);
      expectOwned(encapsulation);
      expect(sharedSecret).toHaveLength(kem.sharedSecretLength);
      expect(encapsulation).toHaveLength(kem.encapsulationLength);
      expect(kem.encapsulate(pair.publicKey, seededRandom(6))).toEqual({ sharedSecret, encapsulation });
      const decapsulated = kem.decapsulate(pair.privateKey, encapsulation) as Uint8Array;
      expectOwned(decapsulated);
      expect(decapsulated).toEqual(sharedSecret);
      expect(kem.decapsulate(kem.deriveKeyPair(data).privateKey, encapsulation)).not.toEqual(sharedSecret);
    });

    it("refuses public keys of a wrong length", () => {
      for (const wrong of [emptyBytes, pair.publicKey.slice(1), concatBytes(pair.publicKey, Uint8Array.of(0))]) {
        expect(kem.isPublicKey(wrong)).toBe(false);
        expect(() => kem.encapsulate(wrong, seededRandom(7))).toThrow(badKey);
        expect(kem.decapsulate(pair.privateKey, wrong.slice(0, kem.encapsulationLength - 1))).toBeUndefined();
      }
    });

    it("refuses private keys of a wrong length, and wiped ones though it had known them", () => {
      const { encapsulation } = kem.encapsulate(pair.publicKey, seededRandom(8));
      for (const length of [0, 31, 33]) {
        expect(() => kem.decapsulate(new Uint8Array(length).fill(1), encapsulation)).toThrow(badKey);
      }
      const { privateKey } = kem.deriveKeyPair(data);
      expect(kem.decapsulate(privateKey, encapsulation)).toBeDefined();
      wipe(privateKey);
      expect(() => kem.decapsulate(privateKey, encapsulation)).toThrow(badKey);
    });

    it("leaves what the caller gave as it was", () => {
      const publicKey = pair.publicKey.slice();
      const privateKey = pair.privateKey.slice();
      const { encapsulation } = kem.encapsulate(publicKey, seededRandom(9));
      const given = encapsulation.slice();
      kem.decapsulate(privateKey, given);
      expect([publicKey, privateKey, given]).toEqual([pair.publicKey, pair.privateKey, encapsulation]);
    });
  });

  describe("keys that may not be used", () => {
    const badKey = expect.objectContaining({ code: "bad-key" });

    it.each(smallOrderX25519)("X25519 point of small order %s", (point) => {
      const x25519 = provider.kems["DHKEM-X25519"];
      const pair = x25519.deriveKeyPair(data);
      expect(x25519.isPublicKey(hex(point))).toBe(false);
      expect(() => x25519.encapsulate(hex(point), seededRandom(1))).toThrow(badKey);
      expect(x25519.decapsulate(pair.privateKey, hex(point))).toBeUndefined();

      const xWing = provider.kems["X-Wing"];
      const hybrid = xWing.deriveKeyPair(data);
      const publicKey = hybrid.publicKey.slice();
      publicKey.set(hex(point), publicKey.length - 32);
      expect(xWing.isPublicKey(publicKey)).toBe(false);
      expect(() => xWing.encapsulate(publicKey, seededRandom(1))).toThrow(badKey);
      const { encapsulation } = xWing.encapsulate(hybrid.publicKey, seededRandom(1));
      encapsulation.set(hex(point), encapsulation.length - 32);
      expect(xWing.decapsulate(hybrid.privateKey, encapsulation)).toBeUndefined();
    });

    it("ML-KEM keys with a coefficient that is not reduced (FIPS 203 §7.2)", () => {
      const xWing = provider.kems["X-Wing"];
      const { publicKey } = xWing.deriveKeyPair(data);
      // Coefficients are read as 12 bits, little-endian: the first, a middle and the last one become 3329.
      for (const index of [0, 600, 1149]) {
        const changed = publicKey.slice();
        changed[index] = 0x01;
        changed[index + 1] = ((changed[index + 1] as number) & 0xf0) | 0x0d;
        expect(xWing.isPublicKey(changed)).toBe(false);
        expect(() => xWing.encapsulate(changed, seededRandom(1))).toThrow(badKey);
      }
    });

    it("P-256 points that are not on the curve, compressed, hybrid or infinite", () => {
      const p256 = provider.kems["DHKEM-P256"];
      const pair = p256.deriveKeyPair(data);
      const offCurve = pair.publicKey.slice();
      offCurve[64] = (offCurve[64] as number) ^ 1;
      const hybrid = pair.publicKey.slice();
      hybrid[0] = 0x06 | ((hybrid[64] as number) & 1);
      const compressed = pair.publicKey.slice(0, 33);
      compressed[0] = 0x02 | ((pair.publicKey[64] as number) & 1);
      const unreduced = concatBytes(
        Uint8Array.of(4),
        hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"),
        hex("66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4"),
      );
      for (const wrong of [offCurve, hybrid, compressed, unreduced, Uint8Array.of(0), new Uint8Array(65)]) {
        expect(p256.isPublicKey(wrong)).toBe(false);
        expect(() => p256.encapsulate(wrong, seededRandom(1))).toThrow(badKey);
        expect(p256.decapsulate(pair.privateKey, wrong)).toBeUndefined();
      }
    });

    it("P-256 scalars that are not below the order", () => {
      const p256 = provider.kems["DHKEM-P256"];
      const { encapsulation } = p256.encapsulate(p256.deriveKeyPair(data).publicKey, seededRandom(1));
      const order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
      for (const scalar of [order, new Uint8Array(32).fill(0xff)]) {
        expect(() => p256.decapsulate(scalar, encapsulation)).toThrow(badKey);
        expect(() => provider.signatures["ECDSA-P256-SHA256"].sign(scalar, data)).toThrow(badKey);
      }
    });
  });
}

/** Fresh, plain, and of its own memory: the caller may keep it, change it and wipe it. */
function expectOwned(bytes: Uint8Array): void {
  expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
  expect(bytes.byteOffset).toBe(0);
  expect(bytes.buffer.byteLength).toBe(bytes.length);
}
