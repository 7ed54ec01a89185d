import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { concatBytes, equalBytes, toHex } from "@redoubt/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  blobChunkContent,
  blobChunkLength,
  blobLayout,
  type CryptoProvider,
  maxWholeBlob,
  openBlob,
  openBlobChunk,
  paddedLength,
  sealBlob,
  sealBlobChunk,
  sealedChunkLength,
} from "../../src/index.js";
import { bothProviders } from "../both-providers.js";
import { hex } from "../hex.js";

const key = new Uint8Array(32).fill(7);
const contentOf = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 7 + 3) % 251);
/** `toEqual` takes seconds for what has megabytes. */
const expectSame = (found: Uint8Array | undefined, expected: Uint8Array) =>
  expect(found !== undefined && equalBytes(found, expected)).toBe(true);
/** Around every boundary: of the padding's classes and of chunks. */
const anySize = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.constantFrom(4096, 4097, blobChunkLength - 1, blobChunkLength, blobChunkLength + 1, 2 * blobChunkLength),
  fc.integer({ min: 4000, max: 4 * blobChunkLength }),
);

describe("padded lengths", () => {
  it("are multiples of 256 up to 4 KiB, and above Padmé's classes: at most 12% more", () => {
    for (let length = 1; length <= 4096; length++) {
      const padded = paddedLength(length);
      expect(padded % 256 === 0 && padded >= length && padded - length < 256).toBe(true);
    }
    for (const length of [4097, 5000, 65_537, 1_000_003, 4_000_000, 2 ** 31 - 1]) {
      const padded = paddedLength(length);
      expect(padded).toBeGreaterThanOrEqual(length);
      expect(padded).toBeLessThanOrEqual(length * 1.12);
      expect(paddedLength(padded)).toBe(padded);
    }
  });

  it("never shrink as lengths grow", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 0, max: 2 ** 20 }), (length, more) => {
        expect(paddedLength(length + more)).toBeGreaterThanOrEqual(paddedLength(length));
      }),
    );
  });
});

describe("a blob's vectors", () => {
  const file = new URL("../vectors/stream-age.json", import.meta.url);
  const { vectors } = JSON.parse(readFileSync(file, "utf8")) as {
    vectors: {
      size: number;
      paddedLength: number;
      key: string;
      sealedLength: number;
      sha256: string;
      sealed?: string;
    }[];
  };

  it.each(vectors.flatMap((vector) => bothProviders.map(([name, provider]) => ({ ...vector, name, provider }))))(
    "of age payloads: $size bytes, by $name",
    ({ provider, ...vector }) => {
      const sealed = sealBlob(provider, hex(vector.key), contentOf(vector.size));
      expect(blobLayout(vector.size)).toMatchObject({
        paddedLength: vector.paddedLength,
        sealedLength: vector.sealedLength,
      });
      expect(sealed.length).toBe(vector.sealedLength);
      expect(createHash("sha256").update(sealed).digest("hex")).toBe(vector.sha256);
      if (vector.sealed !== undefined) expect(toHex(sealed)).toBe(vector.sealed);
      expectSame(openBlob(provider, hex(vector.key), vector.size, sealed), contentOf(vector.size));
    },
  );
});

describe.each(bothProviders)("a blob by %s", (_name, provider) => {
  it("opens to what was sealed, whole and chunk by chunk in any order", () => {
    fc.assert(
      fc.property(anySize, (size) => {
        const content = contentOf(size);
        const layout = blobLayout(size);
        const sealed = sealBlob(provider, key, content);
        expect(sealed.length).toBe(layout.sealedLength);
        expectSame(openBlob(provider, key, size, sealed), content);
        for (let index = layout.chunkCount - 1; index >= 0; index--) {
          const { start, end } = blobChunkContent(layout, index);
          expectSame(
            openBlobChunk(provider, key, { layout, index }, chunkOf(sealed, index)),
            content.subarray(start, end),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  it("is refused when a byte is altered, cut off or added", () => {
    fc.assert(
      fc.property(anySize, fc.nat(), fc.integer({ min: 1, max: 255 }), (size, where, change) => {
        const sealed = sealBlob(provider, key, contentOf(size));
        const at = where % sealed.length;
        expect(openBlob(provider, key, size, sealed.with(at, (sealed[at] as number) ^ change))).toBeUndefined();
        expect(openBlob(provider, key, size, sealed.subarray(0, at))).toBeUndefined();
        expect(openBlob(provider, key, size, concatBytes(sealed, Uint8Array.of(0)))).toBeUndefined();
      }),
      { numRuns: 25 },
    );
  });

  it("is refused with chunks swapped, repeated, dropped, or of another blob", () => {
    const size = 3 * blobChunkLength;
    const layout = blobLayout(size);
    const sealed = sealBlob(provider, key, contentOf(size));
    const chunks = [0, 1, 2].map((index) => chunkOf(sealed, index));
    expect(layout.chunkCount).toBe(3);
    for (let index = 0; index < 3; index++) {
      for (let other = 0; other < 3; other++) {
        const opened = openBlobChunk(provider, key, { layout, index }, chunks[other] as Uint8Array);
        expect(opened !== undefined).toBe(index === other);
      }
    }
    const foreign = chunkOf(sealBlob(provider, new Uint8Array(32).fill(8), contentOf(size)), 1);
    expect(openBlobChunk(provider, key, { layout, index: 1 }, foreign)).toBeUndefined();
  });

  it("is refused where the last chunk is not said to be the last, or another one is", () => {
    const [short, long] = [blobLayout(blobChunkLength), blobLayout(2 * blobChunkLength)];
    const last = sealBlob(provider, key, contentOf(blobChunkLength));
    expect(openBlobChunk(provider, key, { layout: short, index: 0 }, last)).toBeDefined();
    expect(openBlobChunk(provider, key, { layout: long, index: 0 }, last)).toBeUndefined();
    const first = chunkOf(sealBlob(provider, key, contentOf(2 * blobChunkLength)), 0);
    expect(openBlobChunk(provider, key, { layout: long, index: 0 }, first)).toBeDefined();
    expect(openBlobChunk(provider, key, { layout: short, index: 0 }, first)).toBeUndefined();
  });

  it("is refused with another key or another size, also within one class of lengths", () => {
    const sealed = sealBlob(provider, key, contentOf(300));
    expect(openBlob(provider, new Uint8Array(32), 300, sealed)).toBeUndefined();
    for (const size of [0, 256, 299, 512, 513]) {
      // Content that ends in zeros is content with more padding: it may be called longer, never shorter.
      const opened = openBlob(provider, key, size, sealed);
      expect(opened === undefined).toBe(size !== 512);
    }
  });

  it("has no chunk outside it, and no length beyond what is sealed in one piece", () => {
    const layout = blobLayout(10);
    for (const index of [-1, 1, 0.5, Number.NaN]) {
      expect(() => sealBlobChunk(provider, key, { layout, index }, new Uint8Array(10))).toThrow();
    }
    expect(() => sealBlobChunk(provider, key, { layout, index: 0 }, new Uint8Array(9))).toThrow("chunk of 9 bytes");
    expect(() => sealBlob(provider, key, new Uint8Array(maxWholeBlob + 1))).toThrow();
    expect(() => openBlob(provider, key, maxWholeBlob + 1, new Uint8Array(1))).toThrow();
  });
});

it("is the same by both providers, byte for byte", () => {
  const [[, node], [, web]] = bothProviders as unknown as [[string, CryptoProvider], [string, CryptoProvider]];
  fc.assert(
    fc.property(anySize, fc.uint8Array({ minLength: 32, maxLength: 32 }), (size, anyKey) => {
      const sealed = sealBlob(node, anyKey, contentOf(size));
      expectSame(sealBlob(web, anyKey, contentOf(size)), sealed);
      expectSame(openBlob(web, anyKey, size, sealed), contentOf(size));
    }),
    { numRuns: 20 },
  );
});

function chunkOf(sealed: Uint8Array, index: number): Uint8Array {
  return sealed.subarray(index * sealedChunkLength, (index + 1) * sealedChunkLength);
}
