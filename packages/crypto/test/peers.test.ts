import { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
import {
  Aes128Gcm,
  DhkemP256HkdfSha256,
  DhkemX25519HkdfSha256,
  HkdfSha256,
  HkdfSha512,
  CipherSuite as PeerSuite,
} from "@hpke/core";
import { XWing as PeerXWing } from "@hpke/hybridkem-x-wing";
import { XWing } from "@noble/post-quantum/hybrid.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { utf8 } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { createCipherSuite } from "../src/index.js";
import { loadSodium } from "../src/sodium/load-sodium.js";
import { createMlKem768 } from "../src/sodium/ml-kem-768.js";
import { bothProviders } from "./both-providers.js";
import { scriptedRandom } from "./scripted-random.js";
import { seededRandom } from "./seeded-random.js";

const peers: readonly (readonly [number, PeerSuite])[] = [
  [1, new PeerSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() })],
  [2, new PeerSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() })],
  [3, new PeerSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Chacha20Poly1305() })],
  [0xf00e, new PeerSuite({ kem: new PeerXWing(), kdf: new HkdfSha512(), aead: new Chacha20Poly1305() })],
];

const info = utf8("information");
const aad = utf8("header");
const plaintext = utf8("what is said");
const context = utf8("exporter context");

describe.each(bothProviders)("@hpke and the %s provider", (_name, provider) => {
  describe.each(peers)("suite %i", (id, peer) => {
    const suite = createCipherSuite(id, provider);
    const inputKeyMaterial = seededRandom(id)(32);
    const pair = suite.hpke.deriveKeyPair(inputKeyMaterial);

    it("derives the same key pair", async () => {
      const theirs = await peer.kem.deriveKeyPair(buffer(inputKeyMaterial));
      expect(new Uint8Array(await peer.kem.serializePublicKey(theirs.publicKey))).toEqual(pair.publicKey);
      expect(new Uint8Array(await peer.kem.serializePrivateKey(theirs.privateKey))).toEqual(pair.privateKey);
    });

    it("opens what the peer sealed", async () => {
      const recipientPublicKey = await peer.kem.deserializePublicKey(buffer(pair.publicKey));
      const sender = await peer.createSenderContext({ recipientPublicKey, info: buffer(info) });
      const ciphertext = new Uint8Array(await sender.seal(buffer(plaintext), buffer(aad)));
      const kemOutput = new Uint8Array(sender.enc);
      expect(suite.hpke.open(pair.privateKey, { kemOutput, ciphertext }, info, aad)).toEqual(plaintext);
      expect(suite.hpke.open(pair.privateKey, { kemOutput, ciphertext }, aad, info)).toBeUndefined();
      const exported = new Uint8Array(await sender.export(buffer(context), 48));
      expect(suite.hpke.receiveExport(pair.privateKey, kemOutput, info, context, 48)).toEqual(exported);
    });

    it("seals what the peer opens", async () => {
      const recipientKey = (await peer.kem.deriveKeyPair(buffer(inputKeyMaterial))).privateKey;
      const { kemOutput, ciphertext } = suite.hpke.seal(pair.publicKey, info, aad, plaintext);
      const recipient = await peer.createRecipientContext({ recipientKey, enc: buffer(kemOutput), info: buffer(info) });
      expect(new Uint8Array(await recipient.open(buffer(ciphertext), buffer(aad)))).toEqual(plaintext);

      const sent = suite.hpke.sendExport(pair.publicKey, info, context, 48);
      const exporter = await peer.createRecipientContext({
        recipientKey,
        enc: buffer(sent.kemOutput),
        info: buffer(info),
      });
      expect(new Uint8Array(await exporter.export(buffer(context), 48))).toEqual(sent.secret);
    });
  });

  it("agrees with noble's X-Wing, byte for byte", () => {
    const kem = provider.kems["X-Wing"];
    for (let seed = 0; seed < 8; seed++) {
      const random = seededRandom(seed);
      const { privateKey, publicKey } = kem.deriveKeyPair(random(32));
      expect(XWing.keygen(privateKey).publicKey).toEqual(publicKey);
      const encapsulationSeed = random(64);
      const ours = kem.encapsulate(publicKey, scriptedRandom(encapsulationSeed));
      const theirs = XWing.encapsulate(publicKey, encapsulationSeed);
      expect(ours.encapsulation).toEqual(theirs.cipherText);
      expect(ours.sharedSecret).toEqual(theirs.sharedSecret);
      // A forged ciphertext of ML-KEM gives both the same secret that no sender has (FIPS 203 §6.3).
      const forged = theirs.cipherText.slice();
      forged[seed] = (forged[seed] as number) ^ 1;
      expect(kem.decapsulate(privateKey, forged)).toEqual(XWing.decapsulate(forged, privateKey));
      expect(kem.decapsulate(privateKey, forged)).not.toEqual(ours.sharedSecret);
    }
  });
});

describe("libsodium's ML-KEM-768", async () => {
  const mlKem = createMlKem768(await loadSodium());

  it("agrees with noble's, byte for byte", () => {
    for (let seed = 0; seed < 8; seed++) {
      const random = seededRandom(100 + seed);
      const keySeed = random(64);
      const pair = mlKem.deriveKeyPair(keySeed);
      const theirs = ml_kem768.keygen(keySeed);
      expect(pair.publicKey).toEqual(theirs.publicKey);
      expect(pair.privateKey).toEqual(theirs.secretKey);
      const encapsulationSeed = random(32);
      const ours = mlKem.encapsulate(pair.publicKey, encapsulationSeed);
      const peer = ml_kem768.encapsulate(pair.publicKey, encapsulationSeed);
      expect(ours).toEqual({ ciphertext: peer.cipherText, sharedSecret: peer.sharedSecret });
      expect(mlKem.decapsulate(pair.privateKey, peer.cipherText)).toEqual(peer.sharedSecret);
    }
  });
});

function buffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
