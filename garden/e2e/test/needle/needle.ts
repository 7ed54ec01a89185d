/** Something that nobody but its owners may hold, in all the forms in which it could lie about. */
export interface Needle {
  readonly name: string;
  readonly forms: readonly Buffer[];
}

/** A text, in the encodings of programs and of the heap of V8. */
export function textNeedle(name: string, text: string): Needle {
  const utf16 = Buffer.from(text, "utf16le");
  const plain = [Buffer.from(text), Buffer.from(text, "latin1"), utf16, Buffer.from(utf16).swap16()];
  return { name, forms: [...plain, ...encodings(Buffer.from(text)), Buffer.from(JSON.stringify(text).slice(1, -1))] };
}

/** A secret of bytes. */
export function secretNeedle(name: string, secret: Uint8Array): Needle {
  const bytes = Buffer.from(secret);
  return { name, forms: [bytes, ...encodings(bytes), Buffer.from(bytes.toString("hex"), "utf16le")] };
}

function encodings(bytes: Buffer): Buffer[] {
  const hex = bytes.toString("hex");
  const texts = [
    hex,
    hex.toUpperCase(),
    bytes.join(","),
    ...base64Forms(bytes, "base64"),
    ...base64Forms(bytes, "base64url"),
  ];
  return texts.map((text) => Buffer.from(text));
}

/** What base64 makes of bytes does not depend on its surroundings but for where they begin, modulo 3, and at the ends. */
function base64Forms(bytes: Buffer, encoding: "base64" | "base64url"): string[] {
  return [0, 1, 2].map((before) => {
    const whole = Math.floor(((before + bytes.length) * 8) / 6);
    return Buffer.concat([Buffer.alloc(before), bytes])
      .toString(encoding)
      .slice(Math.ceil((before * 8) / 6), whole);
  });
}

/** The names of the needles that are in a haystack, in whatever form. */
export function findNeedles(needles: readonly Needle[], haystack: Uint8Array): string[] {
  const hay = Buffer.from(haystack.buffer, haystack.byteOffset, haystack.byteLength);
  return needles.filter(({ forms }) => forms.some((form) => hay.includes(form))).map(({ name }) => name);
}
