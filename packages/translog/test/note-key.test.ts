import { asSecret } from "@redoubt/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatSignerKey, formatVerifierKey, isKeyName, parseSignerKey, parseVerifierKey } from "../src/index.js";
import { publicKeyOf, sha256 } from "./node-ed25519.js";
import { badVerifierKeys, enoch, peter } from "./vectors.js";

const parseVerifier = (text: string) => parseVerifierKey(sha256, text);
const parseSigner = (text: string) => parseSignerKey(sha256, text, publicKeyOf);

/** Every proper part of a key, and every key with one character that is another. */
function* manglings(key: string): Generator<string> {
  for (let from = 0; from <= key.length; from++) {
    for (let to = from + 1; to <= key.length; to++) if (from > 0 || to < key.length) yield key.slice(from, to);
  }
  for (let at = 0; at < key.length; at++) {
    yield key.slice(0, at) + String.fromCharCode(key.charCodeAt(at) + 1) + key.slice(at + 1);
  }
}

const codeOf = (run: () => unknown) => {
  try {
    run();
    return "read";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("keys of signed notes", () => {
  it("are Go's", () => {
    const { key, seed } = parseSigner(peter.signerKey);
    expect(formatSignerKey(key, seed)).toBe(peter.signerKey);
    expect(formatVerifierKey(sha256, key.name, key.publicKey)).toBe(peter.verifierKey);
    expect(parseVerifier(peter.verifierKey)).toEqual(key);
    expect(parseVerifier(enoch.verifierKey).name).toBe("EnochRoot");
  });

  it("are refused in part, with another character, of another length or algorithm", () => {
    const read = (texts: Iterable<string>, parse: (text: string) => unknown) =>
      [...texts].filter((text) => codeOf(() => parse(text)) !== "malformed-key");
    expect(read([...manglings(peter.verifierKey), ...badVerifierKeys], parseVerifier)).toEqual([]);
    expect(read(manglings(peter.signerKey), parseSigner)).toEqual([]);
  });

  it("come back from what is written of them", () => {
    const names = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter(isKeyName);
    const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const property = fc.property(names, seeds, (name, bytes) => {
      const seed = asSecret<32>(bytes);
      const key = parseVerifier(formatVerifierKey(sha256, name, publicKeyOf(seed)));
      expect(key.name).toBe(name);
      expect(parseSigner(formatSignerKey(key, seed))).toEqual({ key, seed });
    });
    fc.assert(property, { numRuns: 50 });
  });

  it.each(["", "a b", "a+b", "a\u00a0b", "a\u2003b", "a\nb", "a\u0000b", "x".repeat(256)])(
    "have no name %j",
    (name) => {
      expect(isKeyName(name)).toBe(false);
      expect(codeOf(() => formatVerifierKey(sha256, name, new Uint8Array(32)))).toBe("malformed-key");
    },
  );
});
