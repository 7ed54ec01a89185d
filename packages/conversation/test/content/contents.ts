import { encodeCbor } from "@redoubt/base";
import fc from "fast-check";
import type { MimiContent } from "../../src/content/mimi-content.js";
import { maxPartDepth, type NestedPart } from "../../src/content/part.js";

const text = fc.string({ unit: "grapheme", maxLength: 12 });
const bytes = fc.uint8Array({ maxLength: 12 });
const id = fc.uint8Array({ minLength: 32, maxLength: 32 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Contents of any shape. @param types further media types to meet, and @param ids ids to be named */
export function contentsOf(types = text, ids = id): fc.Arbitrary<MimiContent> {
  const start = { disposition: fc.oneof(fc.nat(8), fc.nat(255)), language: text };
  const leaf = fc.oneof(
    fc.record({ kind: fc.constant("null" as const), ...start }),
    fc.record({ kind: fc.constant("single" as const), ...start, contentType: types, content: bytes }),
    fc.record({
      kind: fc.constant("external" as const),
      ...start,
      contentType: types,
      url: text,
      expires: fc.nat(0xffff_ffff),
      size: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      encAlg: fc.nat(0xffff),
      key: bytes,
      nonce: bytes,
      aad: bytes,
      hashAlg: fc.nat(255),
      contentHash: bytes,
      description: text,
      filename: text,
    }),
  );
  const parts = (depth: number): fc.Arbitrary<NestedPart> => {
    if (depth === 1) return leaf;
    const multi = fc.record({
      kind: fc.constant("multi" as const),
      ...start,
      semantics: fc.constantFrom("chooseOne" as const, "singleUnit" as const, "processAll" as const),
      parts: fc.array(parts(depth - 1), { minLength: 2, maxLength: 4 }),
    });
    return fc.oneof(leaf, multi);
  };
  const name = fc.oneof(
    fc.integer({ min: 3, max: 2 ** 40 }),
    fc.integer({ min: -(2 ** 40), max: -1 }),
    fc.string({ minLength: 1, maxLength: 9 }),
  );
  const value = fc.oneof(
    text,
    fc.maxSafeInteger(),
    bytes,
    fc.array(fc.array(text, { maxLength: 2 }), { maxLength: 2 }),
  );
  return fc.record({
    salt: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    replaces: optional(ids),
    topicId: bytes,
    expires: optional(fc.record({ relative: fc.boolean(), time: fc.nat(0xffff_ffff) })),
    inReplyTo: optional(ids),
    extensions: fc
      .array(fc.tuple(name, value), { maxLength: 5 })
      .map((pairs) => new Map(pairs.map(([key, item]) => [key, encodeCbor(item)]))),
    body: parts(maxPartDepth),
  });
}
