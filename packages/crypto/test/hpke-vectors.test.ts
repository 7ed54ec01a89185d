import { readFileSync } from "node:fs";
import { XWing } from "@noble/post-quantum/hybrid.js";
import { toHex } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { createCipherSuite } from "../src/index.js";
import { bothProviders } from "./both-providers.js";
import { hex } from "./hex.js";
import { scriptedRandom } from "./scripted-random.js";

interface HpkeCase {
  section: string;
  cipherSuite: number;
  info: string;
  ikmE: string;
  skEm: string;
  ikmR: string;
  skRm: string;
  pkRm: string;
  enc: string;
  aad: string;
  pt: string;
  ct: string;
  exports: { exporter_context: string; L: number; exported_value: string }[];
}

interface XWingCase {
  seed: string;
  eseed: string;
  ss: string;
  pkStart: string;
  pkEnd: string;
  ctStart: string;
  ctEnd: string;
}

function casesOf<Case>(name: string): Case[] {
  return JSON.parse(readFileSync(new URL(`vectors/${name}.json`, import.meta.url), "utf8")).cases;
}

const hpkeCases = casesOf<HpkeCase>("hpke-rfc9180");
const xWingCases = casesOf<XWingCase>("x-wing");

it("has every vector", () => {
  expect(hpkeCases.map((vector) => vector.section)).toEqual(["A.1.1", "A.2.1", "A.3.1"]);
  expect(xWingCases).toHaveLength(3);
});

describe.each(bothProviders)("with the %s provider", (_name, provider) => {
  describe.each(hpkeCases)("RFC 9180 $section", (vector) => {
    const suite = createCipherSuite(vector.cipherSuite, provider, { random: scriptedRandom(hex(vector.skEm)) });
    const info = hex(vector.info);
    const aad = hex(vector.aad);

    it("derives both key pairs", () => {
      const recipient = suite.hpke.deriveKeyPair(hex(vector.ikmR));
      expect(toHex(recipient.privateKey)).toBe(vector.skRm);
      expect(toHex(recipient.publicKey)).toBe(vector.pkRm);
      const ephemeral = suite.hpke.deriveKeyPair(hex(vector.ikmE));
      expect(toHex(ephemeral.privateKey)).toBe(vector.skEm);
      expect(toHex(ephemeral.publicKey)).toBe(vector.enc);
    });

    it("seals and opens", () => {
      const { kemOutput, ciphertext } = suite.hpke.seal(hex(vector.pkRm), info, aad, hex(vector.pt));
      expect(toHex(kemOutput)).toBe(vector.enc);
      expect(toHex(ciphertext)).toBe(vector.ct);
      const opened = suite.hpke.open(hex(vector.skRm), { kemOutput, ciphertext }, info, aad);
      expect(opened && toHex(opened)).toBe(vector.pt);
    });

    it.each(vector.exports)("exports for context '$exporter_context'", ({ exporter_context, L, exported_value }) => {
      const context = hex(exporter_context);
      const sender = createCipherSuite(vector.cipherSuite, provider, { random: scriptedRandom(hex(vector.skEm)) });
      const sent = sender.hpke.sendExport(hex(vector.pkRm), info, context, L);
      expect(toHex(sent.kemOutput)).toBe(vector.enc);
      expect(toHex(sent.secret)).toBe(exported_value);
      const received = suite.hpke.receiveExport(hex(vector.skRm), hex(vector.enc), info, context, L);
      expect(received && toHex(received)).toBe(exported_value);
    });
  });

  it.each(xWingCases)("X-Wing of seed $seed", (vector) => {
    const kem = provider.kems["X-Wing"];
    const seed = hex(vector.seed);
    // DeriveKeyPair would hash the seed first, so the public key comes from the peer, and decapsulation shows that
    // we expand the seed alike.
    const { publicKey } = XWing.keygen(seed);
    expect(toHex(publicKey).startsWith(vector.pkStart)).toBe(true);
    expect(toHex(publicKey).endsWith(vector.pkEnd)).toBe(true);
    const { sharedSecret, encapsulation } = kem.encapsulate(publicKey, scriptedRandom(hex(vector.eseed)));
    expect(toHex(sharedSecret)).toBe(vector.ss);
    expect(toHex(encapsulation).startsWith(vector.ctStart)).toBe(true);
    expect(toHex(encapsulation).endsWith(vector.ctEnd)).toBe(true);
    expect(kem.decapsulate(seed, encapsulation)).toEqual(sharedSecret);
  });
});
