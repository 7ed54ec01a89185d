import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { decodeCbor, fromUtf8, toHex } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { classify } from "../../src/content/classify.js";
import { readMentions } from "../../src/content/mentions.js";
import { messageIdOf } from "../../src/content/message-id.js";
import {
  contentExtension,
  decodeMimiContent,
  encodeMimiContent,
  type MimiContent,
} from "../../src/content/mimi-content.js";
import type { NestedPart } from "../../src/content/part.js";
import { plainTextOf } from "../../src/content/text.js";
import { type EdnValue, parseEdn } from "./edn.js";

const folder = fileURLToPath(new URL("../../../../../shared/vectors/mimi-content/", import.meta.url));
const hasVectors = existsSync(folder);
/** `implied-original` is no message: it lists what a receiver derives from one. */
const names = hasVectors
  ? readdirSync(folder).flatMap((file) => (/^(?!implied).*\.cbor$/.test(file) ? [path.basename(file, ".cbor")] : []))
  : [];

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());
const read = (file: string) => new Uint8Array(readFileSync(path.join(folder, file)));
const notation = (name: string) => fromUtf8(read(`${name}.edn`)) as string;
const content = (name: string) => decodeMimiContent(read(`${name}.cbor`));

/** The message as the notation would say it. */
function asNotation(message: MimiContent): EdnValue {
  const bytes = (value: Uint8Array) => ({ h: toHex(value) });
  const optional = (value: Uint8Array | undefined) => (value === undefined ? null : bytes(value));
  const expires = message.expires && [message.expires.relative, message.expires.time];
  return [
    bytes(message.salt),
    optional(message.replaces),
    bytes(message.topicId),
    expires ?? null,
    optional(message.inReplyTo),
    new Map([...message.extensions].map(([key, value]) => [key, decodeCbor(value) as EdnValue])),
    partAsNotation(message.body),
  ];
}

function partAsNotation(part: NestedPart): EdnValue {
  const start = [part.disposition, part.language];
  switch (part.kind) {
    case "null":
      return [...start, 0];
    case "single":
      return [...start, 1, part.contentType, { h: toHex(part.content) }];
    case "external": {
      const [key, nonce, aad, hash] = [part.key, part.nonce, part.aad, part.contentHash].map((b) => ({ h: toHex(b) }));
      const { contentType, url, expires, size, encAlg, hashAlg, description, filename } = part;
      const sealing = [encAlg, key!, nonce!, aad!];
      return [...start, 2, contentType, url, expires, Number(size), ...sealing, hashAlg, hash!, description, filename];
    }
    case "multi": {
      const semantics = ["chooseOne", "singleUnit", "processAll"].indexOf(part.semantics);
      return [...start, 3, semantics, part.parts.map(partAsNotation)];
    }
  }
}

describe.skipIf(!hasVectors)("examples of draft-ietf-mimi-content-08", () => {
  it("are all here", () => {
    expect(names).toHaveLength(14);
  });

  it.each(names)("%s: decodes to what its notation says, and encodes back to its bytes", (name) => {
    expect(asNotation(content(name))).toEqual(parseEdn(notation(name)));
    expect(encodeMimiContent(content(name))).toEqual(read(`${name}.cbor`));
  });

  it.each(names)("%s: has the message id that it says", (name) => {
    const message = read(`${name}.cbor`);
    const { salt, extensions } = content(name);
    const uri = (key: number) => decodeCbor(extensions.get(key) as Uint8Array) as string;
    const origin = { senderUri: uri(contentExtension.senderUri), roomUri: uri(contentExtension.roomUri) };
    const [, said] = /message ID = h'([^']*)'/.exec(notation(name)) ?? [];
    expect(toHex(messageIdOf(sha256, origin, { message, salt }))).toBe(said?.replace(/[#\s]/g, ""));
  });

  it("lists what a receiver derives from the original, with its id", () => {
    const [id] = parseEdn(notation("implied-original")) as readonly EdnValue[];
    expect(id).toEqual({ h: toHex(content("reply").inReplyTo as Uint8Array) });
    // The .cbor beside it is older than its notation: it names an id of an earlier draft.
    const [older] = decodeCbor(read("implied-original.cbor")) as readonly Uint8Array[];
    expect(toHex(older as Uint8Array)).not.toBe((id as { h: string }).h);
  });

  it("have the text that a person would read", () => {
    const texts = Object.fromEntries(names.map((name) => [name, plainTextOf(content(name))]));
    expect(texts).toEqual({
      attachment: undefined,
      conferencing: undefined,
      delete: undefined,
      edit: "Right on! _Congratulations_ y'all!",
      expiring: "__*VPN GOING DOWN*__ I'm rebooting the VPN in ten minutes unless anyone objects.",
      mention: expect.stringContaining("Alice Smith"),
      "mention-html": undefined,
      "multipart-1": "# Welcome!",
      "multipart-2": "❤\n🥳\n🤞",
      "multipart-3": undefined,
      original: "Hi everyone, we just shipped release 2.0. __Good  work__!",
      reaction: "❤",
      reply: expect.stringContaining("Congratulations"),
      unlike: undefined,
    });
  });

  it("are of the kinds that the draft says, with the targets that it names", () => {
    const kinds = Object.fromEntries(names.map((name) => [name, classify(content(name))]));
    const original = content("reply").inReplyTo;
    const reply = content("edit").replaces;
    expect(kinds).toMatchObject({
      attachment: { kind: "shown", texts: [], isUnsupported: false },
      conferencing: { kind: "shown", thread: content("conferencing").topicId, isUnsupported: true },
      delete: { kind: "deletion", target: reply },
      edit: { kind: "edit", target: reply, texts: [{ format: "markdown" }] },
      expiring: { kind: "shown", expires: { relative: false, time: 1_644_390_004 } },
      mention: { kind: "shown", texts: [{ format: "markdown" }] },
      "mention-html": { kind: "shown", texts: [], isUnsupported: true },
      "multipart-1": { kind: "shown", isUnsupported: false },
      "multipart-2": { kind: "shown", isUnsupported: false },
      "multipart-3": { kind: "shown", isUnsupported: true },
      original: { kind: "shown", replyTo: undefined },
      reaction: { kind: "reaction", target: original, emojis: ["❤"], replaces: undefined },
      reply: { kind: "shown", replyTo: original },
      unlike: { kind: "withdrawal", target: content("unlike").replaces },
    });
  });

  it("mention nobody whom we do not know by that name, and show the link as it was written", () => {
    const mention = classify(content("mention"));
    const [text] = mention.kind === "shown" ? mention.texts : [];
    expect(readMentions(text!, () => "alice")).toEqual({ text: text?.text, mentions: [] });
  });
});
