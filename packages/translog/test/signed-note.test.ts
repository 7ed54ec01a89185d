import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openNote, parseSignerKey, parseVerifierKey, signNote } from "../src/index.js";
import { publicKeyOf, sha256, signBy, verifyEd25519 } from "./node-ed25519.js";
import { enoch, peter, quasimodo, text } from "./vectors.js";

const { key: peterKey, seed } = parseSignerKey(sha256, peter.signerKey, publicKeyOf);
const enochKey = parseVerifierKey(sha256, enoch.verifierKey);
const sign = (what: string) => signNote(what, peterKey, signBy(seed));

function outcome(note: string, key = peterKey): string {
  try {
    return openNote(note, key, verifyEd25519);
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("a signed note", () => {
  it("is Go's", () => {
    expect(sign(text)).toBe(`${text}\n${peter.signature}`);
    const both = `${text}\n${peter.signature}${enoch.signature}`;
    expect(outcome(both)).toBe(text);
    expect(outcome(both, enochKey)).toBe(text);
    expect(outcome(`${text}\n${peter.signature}${peter.signature}`)).toBe(text);
  });

  it("is opened by its own key alone", () => {
    expect(outcome(`${text}\n${enoch.signature}`)).toBe("not-signed");
    expect(outcome(quasimodo)).toBe("not-signed");
    expect(outcome(`${text}\n${peter.signature.replace("PeterNeumann", "CarmenSandiego")}`)).toBe("not-signed");
    expect(outcome(`${text}\n${peter.signature.replace("x08g", "xxxx")}`)).toBe("not-signed");
    const inserted = `${peter.signature.slice(0, 60)}ABCD${peter.signature.slice(60)}`;
    expect(outcome(`${text}\n${inserted}`)).toBe("bad-signature");
  });

  it.each([
    ["no signature", text],
    ["no signature after the empty line", `${text}\n`],
    ["no last line feed", `${text}\n${peter.signature.slice(0, -1)}`],
    ["a control character", `\u0001${text}\n${peter.signature}`],
    ["a carriage return", `${text}\r\n\n${peter.signature}`],
    ["half a character", `\ud800${text}\n${peter.signature}`],
    ["a name with a space", `${text}\n${peter.signature.replace("PeterNeumann", "Bad Name")}`],
    ["another line", `${text}\n${peter.signature}Unexpected line.\n`],
    ["base 64 that is not canonical", `${text}\n${peter.signature.replace("nAM=", "nAN=")}`],
    ["more signatures than a hundred", `${text}\n${peter.signature.repeat(101)}`],
    ["more characters than a million", `${"x".repeat(1_000_000)}\n\n${peter.signature}`],
  ])("is malformed with %s", (_, note) => {
    expect(outcome(note)).toBe("malformed-note");
  });

  it("comes back for any text, and not for one that differs in a character", () => {
    const texts = fc
      .string({ unit: "grapheme", maxLength: 200 })
      .map((line) => `${line.replaceAll(/\p{Cc}/gu, "\n")}\n`);
    const property = fc.property(texts, fc.nat(), fc.integer({ min: 33, max: 126 }), (what, where, other) => {
      const note = sign(what);
      expect(outcome(note)).toBe(what);
      const at = where % note.length;
      const altered = note.slice(0, at) + String.fromCharCode(other) + note.slice(at + 1);
      if (altered !== note) expect(["malformed-note", "not-signed", "bad-signature"]).toContain(outcome(altered));
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("is refused, and nothing else, whatever is opened", () => {
    const pieces = fc.constantFrom(
      "\n",
      "\n\n",
      "— ",
      peter.signature,
      "PeterNeumann",
      " ",
      "x08go/ZJ",
      "=",
      "é",
      "\u0000",
    );
    const property = fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 12 }), (parts) => {
      expect(["malformed-note", "not-signed", "bad-signature"]).toContain(outcome(parts.join("")));
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("is not made of a text without a line feed at its end, or with control characters", () => {
    for (const what of ["", "abc", "a\tb\n", "\ud800\n"]) {
      expect(() => sign(what)).toThrow(expect.objectContaining({ code: "malformed-note" }));
    }
  });
});
