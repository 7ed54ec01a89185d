import { utf8 } from "@redoubt/base";
import { expect, it } from "vitest";
import { messageIdOf } from "../../src/content/message-id.js";
import { decodeMimiContent, encodeMimiContent } from "../../src/content/mimi-content.js";
import type { MultiPart, NestedPart, PartSemantics } from "../../src/content/part.js";
import { maxTextLength, plainTextOf, textMessage } from "../../src/content/text.js";
import { accountUri, roomUri } from "../../src/content/uris.js";

let draws = 0;
const random = (length: number) => new Uint8Array(length).fill(++draws);

const single = (contentType: string, content: string | Uint8Array): NestedPart => ({
  kind: "single",
  disposition: 1,
  language: "",
  contentType,
  content: typeof content === "string" ? utf8(content) : content,
});
const multi = (semantics: PartSemantics, ...parts: NestedPart[]): MultiPart => {
  return { kind: "multi", disposition: 1, language: "", semantics, parts };
};
const textOf = (body: NestedPart) => plainTextOf({ ...textMessage(random, ""), body });

it("a text message says its text, and what it answers, edits and when it goes", () => {
  const given = {
    replyTo: new Uint8Array(32).fill(1),
    replaces: new Uint8Array(32).fill(2),
    expires: { relative: true, time: 60 },
    topicId: Uint8Array.of(3),
  };
  const message = decodeMimiContent(encodeMimiContent(textMessage(random, "naïve 🦉\n", given)));
  expect(plainTextOf(message)).toBe("naïve 🦉\n");
  expect(message).toMatchObject({ inReplyTo: given.replyTo, replaces: given.replaces, expires: given.expires });
  expect(message.topicId).toEqual(given.topicId);
});

it("a text message has a salt of its own, and so an id of its own", () => {
  const [one, two] = [textMessage(random, "same"), textMessage(random, "same")];
  expect(one.salt).toHaveLength(16);
  expect(one.salt).not.toEqual(two.salt);
});

it("a text is limited by its bytes", () => {
  expect(plainTextOf(textMessage(random, "é".repeat(maxTextLength / 2)))).toHaveLength(maxTextLength / 2);
  expect(() => textMessage(random, `${"é".repeat(maxTextLength / 2)}.`)).toThrow(
    expect.objectContaining({ code: "too-long" }),
  );
});

it("text is what is plain text or Markdown, in UTF-8", () => {
  expect(textOf(single("text/plain", "a"))).toBe("a");
  expect(textOf(single("Text/Plain; Charset=UTF-8", "a"))).toBe("a");
  expect(textOf(single('text/plain;charset="utf-8"', "a"))).toBe("a");
  expect(textOf(single("text/markdown;variant=GFM-MIMI", "*a*"))).toBe("*a*");
  expect(textOf(single("text/html", "a"))).toBeUndefined();
  expect(textOf(single("text/plainer", "a"))).toBeUndefined();
  expect(textOf(single("text/plain;charset=iso-8859-1", "a"))).toBeUndefined();
  expect(textOf(single("text/plain", Uint8Array.of(0xff)))).toBeUndefined();
  expect(textOf({ kind: "null", disposition: 1, language: "" })).toBeUndefined();
});

it("of parts: the first text of a choice, every text of a list, all or nothing of a unit", () => {
  const [a, b, image] = [single("text/plain", "a"), single("text/plain", "b"), single("image/png", "")] as const;
  expect(textOf(multi("chooseOne", image, a, b))).toBe("a");
  expect(textOf(multi("processAll", a, image, b))).toBe("a\nb");
  expect(textOf(multi("singleUnit", a, b))).toBe("a\nb");
  expect(textOf(multi("singleUnit", a, image))).toBeUndefined();
  expect(textOf(multi("processAll", image, image))).toBeUndefined();
  expect(textOf(multi("chooseOne", multi("singleUnit", a, image), b))).toBe("b");
});

it("an id depends on the sender, the room, the message and nothing else", () => {
  const message = textMessage(random, "hello");
  const encoded = { message: encodeMimiContent(message), salt: message.salt };
  const inputs: Uint8Array[] = [];
  const sha256 = (bytes: Uint8Array) => {
    inputs.push(bytes);
    return new Uint8Array(32).fill(9);
  };
  const origin = { senderUri: accountUri(Uint8Array.of(0xab)), roomUri: roomUri(Uint8Array.of(1, 2)) };
  const id = messageIdOf(sha256, origin, encoded);
  expect(id).toEqual(Uint8Array.of(1, ...new Uint8Array(31).fill(9)));
  const [sender, room] = ["redoubt:account/ab", "redoubt:room/0102"];
  expect(inputs).toEqual([
    Uint8Array.of(0, 18, ...utf8(sender), 0, 17, ...utf8(room), ...encoded.message, ...encoded.salt),
  ]);
  const longest = { ...origin, roomUri: "a".repeat(65_536) };
  expect(() => messageIdOf(sha256, longest, encoded)).toThrow(expect.objectContaining({ code: "malformed" }));
});
