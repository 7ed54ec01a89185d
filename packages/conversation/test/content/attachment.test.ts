import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Attachment,
  attachmentsOf,
  bodyWithAttachments,
  decodeMimiContent,
  type ExternalPart,
  encodeMimiContent,
  maxAttachmentSize,
  plainTextOf,
  textMessage,
} from "../../src/index.js";

const random = (length: number) => new Uint8Array(length).fill(7);
const attachment: Attachment = {
  name: "photo.jpg",
  contentType: "image/jpeg",
  size: 3_400_000,
  relay: "https://relay.example",
  blobId: new Uint8Array(32).fill(1),
  key: new Uint8Array(32).fill(2),
  thumbhash: Uint8Array.of(1, 2, 3, 4, 5),
};
const text = textMessage(random, "look").body;

/** Through the bytes that travel. */
function travelled(body: ReturnType<typeof bodyWithAttachments>) {
  return decodeMimiContent(encodeMimiContent({ ...textMessage(random, ""), body }));
}

describe("attachments", () => {
  it("travel with a text or without one, one or several, with previews or without", () => {
    const plain = { ...attachment, thumbhash: undefined };
    for (const attachments of [[attachment], [plain], [attachment, plain, attachment]]) {
      for (const written of [text, undefined]) {
        const content = travelled(bodyWithAttachments(written, attachments));
        expect(attachmentsOf(content.body)).toEqual(attachments);
        expect(plainTextOf(content)).toBe(written === undefined ? undefined : "look");
      }
    }
  });

  it("keep any name and type that they may have", () => {
    const words = fc.string({ unit: "grapheme", maxLength: 60 });
    fc.assert(
      fc.property(words, words, fc.nat(maxAttachmentSize), (name, contentType, size) => {
        const given = { ...attachment, name, contentType, size };
        expect(attachmentsOf(travelled(bodyWithAttachments(text, [given])).body)).toEqual([given]);
      }),
    );
  });

  it("are refused when they are written with what no attachment may have", () => {
    for (const wrong of [
      { name: "x".repeat(256) },
      { contentType: "x".repeat(256) },
      { size: maxAttachmentSize + 1 },
      { thumbhash: new Uint8Array(65) },
    ]) {
      expect(() => bodyWithAttachments(text, [{ ...attachment, ...wrong }])).toThrow("attachment");
    }
    expect(() => bodyWithAttachments(undefined, [])).toThrow();
  });

  it("are passed over where they are of another kind, or break a limit", () => {
    const [part] = [bodyWithAttachments(undefined, [{ ...attachment, thumbhash: undefined }]) as ExternalPart];
    expect(attachmentsOf(part)).toHaveLength(1);
    for (const other of [
      { encAlg: 1 },
      { key: new Uint8Array(16) },
      { nonce: new Uint8Array(12) },
      { aad: new Uint8Array(1) },
      { size: BigInt(maxAttachmentSize) + 1n },
      { filename: "x".repeat(256) },
      { contentType: "x".repeat(256) },
      { url: "https://relay.example/v1/blobs/AAAA" },
      { url: `https://relay.example/other/${"A".repeat(43)}` },
      { url: `/v1/blobs/${"A".repeat(43)}` },
      { url: `https://relay.example/v1/blobs/${"A".repeat(43)}?` },
    ]) {
      expect(attachmentsOf({ ...part, ...other })).toEqual([]);
    }
  });
});
