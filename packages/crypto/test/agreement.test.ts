import { concatBytes } from "@redoubt/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CryptoProvider, cipherSuiteIds, createCipherSuite } from "../src/index.js";
import { bothProviders } from "./both-providers.js";
import { hex } from "./hex.js";
import { seededRandom } from "./seeded-random.js";

const [node, web] = bothProviders.map(([, provider]) => provider) as [CryptoProvider, CryptoProvider];
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const upTo = (length: number) => fc.uint8Array({ maxLength: length });
const runs = (numRuns: number) => ({ numRuns });

describe("both providers", () => {
  it.each(["SHA-256", "SHA-512"] as const)("hash and authenticate alike with %s", (algorithm) => {
    fc.assert(
      fc.property(upTo(300), upTo(1500), (key, data) => {
        expect(web.hash(algorithm, data)).toEqual(node.hash(algorithm, data));
        expect(web.hmac(algorithm, key, data)).toEqual(node.hmac(algorithm, key, data));
      }),
      runs(200),
    );
  });

  it.each([
    ["AES-128-GCM", 16],
    ["ChaCha20-Poly1305", 32],
  ] as const)("seal and open alike with %s", (algorithm, keyLength) => {
    fc.assert(
      fc.property(bytes(keyLength), bytes(12), upTo(100), upTo(4000), (key, nonce, aad, plaintext) => {
        const sealed = node.aeadSeal(algorithm, key, nonce, aad, plaintext);
        expect(web.aeadSeal(algorithm, key, nonce, aad, plaintext)).toEqual(sealed);
        expect(web.aeadOpen(algorithm, key, nonce, aad, sealed)).toEqual(plaintext);
        expect(node.aeadOpen(algorithm, key, nonce, aad, sealed)).toEqual(plaintext);
      }),
      runs(100),
    );
  });

  it("sign alike with Ed25519, and verify alike whatever the bytes", () => {
    const [a, b] = [node.signatures.Ed25519, web.signatures.Ed25519];
    fc.assert(
      fc.property(fc.nat(), upTo(200), bytes(64), fc.nat(95), fc.nat(7), (seed, data, noise, index, bit) => {
        const pair = a.generateKeyPair(seededRandom(seed));
        expect(b.generateKeyPair(seededRandom(seed))).toEqual(pair);
        const signed = a.sign(pair.privateKey, data);
        expect(b.sign(pair.privateKey, data)).toEqual(signed);
        expect(a.verify(pair.publicKey, data, signed) && b.verify(pair.publicKey, data, signed)).toBe(true);
        const changed = concatBytes(pair.publicKey, signed);
        changed[index] = (changed[index] as number) ^ (1 << bit);
        const [publicKey, signature] = [changed.slice(0, 32), changed.slice(32)];
        for (const verify of [a.verify, b.verify]) {
          expect(verify(publicKey, data, signature)).toBe(false);
          expect(verify(pair.publicKey, data, noise)).toBe(false);
        }
      }),
      runs(50),
    );
  });

  it("verify ECDSA alike whatever the bytes", () => {
    const [a, b] = [node.signatures["ECDSA-P256-SHA256"], web.signatures["ECDSA-P256-SHA256"]];
    fc.assert(
      fc.property(fc.nat(), upTo(200), fc.nat(), fc.nat(7), (seed, data, index, bit) => {
        const pair = a.generateKeyPair(seededRandom(seed));
        expect(b.generateKeyPair(seededRandom(seed))).toEqual(pair);
        for (const signed of [a.sign(pair.privateKey, data), b.sign(pair.privateKey, data)]) {
          expect(a.verify(pair.publicKey, data, signed) && b.verify(pair.publicKey, data, signed)).toBe(true);
          const changed = signed.slice();
          const place = index % changed.length;
          changed[place] = (changed[place] as number) ^ (1 << bit);
          expect(a.verify(pair.publicKey, data, changed)).toBe(b.verify(pair.publicKey, data, changed));
        }
      }),
      runs(20),
    );
  });

  it.each(["DHKEM-X25519", "DHKEM-P256", "X-Wing"] as const)(
    "derive, encapsulate and decapsulate alike: %s",
    (name) => {
      const [a, b] = [node.kems[name], web.kems[name]];
      fc.assert(
        fc.property(fc.nat(), upTo(64), bytes(a.encapsulationLength), (seed, inputKeyMaterial, noise) => {
          const pair = a.deriveKeyPair(inputKeyMaterial);
          expect(b.deriveKeyPair(inputKeyMaterial)).toEqual(pair);
          const sent = a.encapsulate(pair.publicKey, seededRandom(seed));
          expect(b.encapsulate(pair.publicKey, seededRandom(seed))).toEqual(sent);
          expect(b.decapsulate(pair.privateKey, sent.encapsulation)).toEqual(sent.sharedSecret);
          expect(b.decapsulate(pair.privateKey, noise)).toEqual(a.decapsulate(pair.privateKey, noise));
          expect(b.isPublicKey(noise)).toBe(a.isPublicKey(noise));
        }),
        runs(name === "DHKEM-P256" ? 15 : 30),
      );
    },
  );

  it.each(cipherSuiteIds)("agree in suite %i: HPKE and HKDF", (id) => {
    fc.assert(
      fc.property(fc.nat(), upTo(100), upTo(100), upTo(300), fc.nat(1000), (seed, info, aad, plaintext, length) => {
        const [a, b] = [node, web].map((provider) => createCipherSuite(id, provider, { random: seededRandom(seed) }));
        if (a === undefined || b === undefined) throw new Error("two suites");
        const pair = a.hpke.generateKeyPair();
        expect(b.hpke.generateKeyPair()).toEqual(pair);
        const sealed = a.hpke.seal(pair.publicKey, info, aad, plaintext);
        expect(b.hpke.seal(pair.publicKey, info, aad, plaintext)).toEqual(sealed);
        expect(b.hpke.open(pair.privateKey, sealed, info, aad)).toEqual(plaintext);
        expect(b.expand(a.extract(info, aad), plaintext, length)).toEqual(
          a.expand(b.extract(info, aad), plaintext, length),
        );
      }),
      runs(10),
    );
  });
});

describe("signatures that implementations judge differently", () => {
  // The order of the group of Ed25519 (RFC 8032 §5.1), little-endian.
  const order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

  it.each(bothProviders)("Ed25519 with the %s provider: S + L, small order, not canonical", (_name, provider) => {
    const { generateKeyPair, sign, verify } = provider.signatures.Ed25519;
    const { privateKey, publicKey } = generateKeyPair(seededRandom(1));
    const data = Uint8Array.of(1, 2, 3);
    const signed = sign(privateKey, data);
    const malleable = signed.slice();
    let carry = 0;
    for (let i = 0; i < 32; i++) {
      carry += (malleable[32 + i] as number) + (order[i] as number);
      malleable[32 + i] = carry & 0xff;
      carry >>= 8;
    }
    expect(verify(publicKey, data, signed)).toBe(true);
    expect(verify(publicKey, data, malleable)).toBe(false);

    const identity = new Uint8Array(32);
    identity[0] = 1;
    const identityNotCanonical = hex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
    const zeroScalar = new Uint8Array(32);
    for (const key of [identity, identityNotCanonical, new Uint8Array(32)]) {
      expect(verify(key, data, concatBytes(identity, zeroScalar))).toBe(false);
      expect(verify(key, data, concatBytes(identityNotCanonical, zeroScalar))).toBe(false);
    }
  });

  it.each(bothProviders)("ECDSA with the %s provider: DER that is not strict, and zero", (_name, provider) => {
    const { generateKeyPair, sign, verify } = provider.signatures["ECDSA-P256-SHA256"];
    const { privateKey, publicKey } = generateKeyPair(seededRandom(1));
    const data = Uint8Array.of(1, 2, 3);
    const signed = sign(privateKey, data);
    const rLength = signed[3] as number;
    const r = signed.slice(4, 4 + rLength);
    const s = signed.slice(6 + rLength);
    const integer = (value: Uint8Array) => concatBytes(Uint8Array.of(0x02, value.length), value);
    const sequence = (...parts: Uint8Array[]) => {
      const body = concatBytes(...parts);
      return concatBytes(Uint8Array.of(0x30, body.length), body);
    };
    expect(verify(publicKey, data, sequence(integer(r), integer(s)))).toBe(true);
    const padded = concatBytes(Uint8Array.of(0), r);
    const longLength = concatBytes(Uint8Array.of(0x30, 0x81, signed.length - 2), signed.slice(2));
    for (const wrong of [
      sequence(integer(padded), integer(s)),
      longLength,
      concatBytes(signed, Uint8Array.of(0)),
      sequence(integer(r), integer(s), integer(s)),
      sequence(integer(Uint8Array.of(0)), integer(s)),
      sequence(integer(r), integer(Uint8Array.of(0))),
      sequence(integer(r)),
      sequence(),
    ]) {
      expect(verify(publicKey, data, wrong)).toBe(false);
    }
  });
});
