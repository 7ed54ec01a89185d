import { utf8 } from "@redoubt/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deletionMessage, reactionMessage, withdrawalMessage } from "../../src/content/annotations.js";
import { classify, silentExtension, silentValue } from "../../src/content/classify.js";
import {
  decodeStatusReport,
  encodeStatusReport,
  maxReportedStatuses,
  messageStatus,
  statusMessage,
  typingMessage,
} from "../../src/content/message-status.js";
import { decodeMimiContent, encodeMimiContent, type MimiContent } from "../../src/content/mimi-content.js";
import { disposition } from "../../src/content/part.js";
import { displayName, maxProfilePicture, profileMessage } from "../../src/content/profile-card.js";
import { type Annotation, render } from "../../src/content/render.js";
import { textMessage } from "../../src/content/text.js";
import { ConversationError } from "../../src/error.js";
import { contentsOf } from "./contents.js";

const random = (length: number) => new Uint8Array(length).fill(7);
const id = (n: number) => new Uint8Array(32).fill(n);
const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3);
const travelled = (content: MimiContent) => classify(decodeMimiContent(encodeMimiContent(content)));
const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof ConversationError) return error.code;
    throw error;
  }
  return undefined;
};

describe("what we write is read as what it was meant to be:", () => {
  it("texts, with what they answer, their thread, their end, and whether they disturb", () => {
    const expires = { relative: true, time: 60 };
    const options = {
      replyTo: id(1),
      topicId: utf8("t"),
      expires,
      extensions: new Map([[silentExtension, silentValue]]),
    };
    expect(travelled(textMessage(random, "hi", options))).toEqual({
      kind: "shown",
      texts: [{ format: "plain", text: "hi" }],
      isUnsupported: false,
      expires,
      replyTo: id(1),
      thread: utf8("t"),
      isSilent: true,
    });
    expect(travelled(textMessage(random, "hi"))).toMatchObject({ isSilent: false, thread: utf8("") });
  });

  it("edits, deletions, reactions and their withdrawal", () => {
    expect(travelled(textMessage(random, "hi", { replaces: id(1) }))).toMatchObject({ kind: "edit", target: id(1) });
    expect(travelled(deletionMessage(random, id(1)))).toEqual({ kind: "deletion", target: id(1) });
    const reaction = { kind: "reaction", target: id(1), emojis: ["👍🏽"], replaces: id(2) };
    expect(travelled(reactionMessage(random, id(1), "👍🏽", id(2)))).toEqual(reaction);
    expect(travelled(withdrawalMessage(random, id(3), id(1)))).toEqual({ kind: "withdrawal", target: id(3) });
  });

  it("reports and typing", () => {
    const statuses = [{ message: id(1), status: messageStatus.read }];
    expect(travelled(statusMessage(random, statuses))).toEqual({ kind: "status", statuses });
    expect(travelled(typingMessage(random, true))).toEqual({ kind: "typing", isTyping: true });
    expect(travelled(typingMessage(random, false))).toEqual({ kind: "typing", isTyping: false });
  });

  it("profiles, with a picture or without", () => {
    for (const picture of [png, undefined]) {
      const profile = { name: "Zoë \u202eevil", picture };
      expect(travelled(profileMessage(random, profile))).toEqual({
        kind: "profile",
        profile: { name: "Zoë evil", picture },
      });
    }
  });
});

it("the status draft's example has its bytes", () => {
  const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
  const statuses = [
    { message: hex("017ce54837404c3696e0c747b985cb172716d0ed0a3d249ca63ace7d82a096f4"), status: 2 },
    { message: hex("015354973c2b65ca937bf1e035ae53a5ab80e947afa43d46920d4202e5cc0b27"), status: 2 },
    { message: hex("018d825adf9f6be00dcafc5704c4102f5022e74219d0b603e4ba7622654042af"), status: 0 },
    { message: hex("01e59db8173939facc2c8a4a0f0ae8d0c7a11a81239626630c9464a8d6717a03"), status: 3 },
  ];
  const line = (message: Uint8Array, status: number) => `825820${Buffer.from(message).toString("hex")}0${status}`;
  const example = hex(`84${statuses.map(({ message, status }) => line(message, status)).join("")}`);
  expect(encodeStatusReport(statuses)).toEqual(example);
  expect(decodeStatusReport(example)).toEqual(statuses);
});

describe("what is beyond the limits", () => {
  it("is not written", () => {
    for (const emoji of ["", " ", "a\nb", "\u202e", "x".repeat(65)]) {
      expect(codeOf(() => reactionMessage(random, id(1), emoji))).toBe("bad-reaction");
    }
    const profile = (name: string, picture?: Uint8Array) => codeOf(() => profileMessage(random, { name, picture }));
    expect(profile("x".repeat(65))).toBe("bad-profile");
    expect(profile("é".normalize("NFD").repeat(64))).toBeUndefined();
    expect(profile("x", utf8("<svg/>"))).toBe("bad-profile");
    expect(profile("x", Uint8Array.of(...png, ...new Uint8Array(maxProfilePicture)))).toBe("bad-profile");
    const many = Array.from({ length: maxReportedStatuses + 1 }, () => ({ message: id(1), status: 1 }));
    expect(codeOf(() => statusMessage(random, many))).toBe("malformed");
  });

  it("is not believed", () => {
    const single = { kind: "single" as const, language: "", contentType: "text/plain" };
    const of = (kind: number, content: Uint8Array) => {
      const body = { ...single, disposition: kind, content };
      return travelled({ ...textMessage(random, ""), inReplyTo: id(1), body });
    };
    expect(of(disposition.reaction, utf8("x".repeat(65)))).toMatchObject({ kind: "shown", isUnsupported: false });
    expect(of(disposition.profile, utf8(`${"y".repeat(80)}\u0007`))).toMatchObject({
      profile: { name: "y".repeat(64) },
    });
    expect(of(disposition.profile, Uint8Array.of(0xff))).toEqual({ kind: "nothing" });
    const signal = (contentType: string, content: Uint8Array) => {
      return travelled({ ...textMessage(random, ""), body: { ...single, disposition: 0, contentType, content } });
    };
    expect(signal("application/mimi-message-status", utf8("?"))).toEqual({ kind: "nothing" });
    expect(signal("application/vnd.redoubt.typing", Uint8Array.of(0xf5, 0))).toEqual({ kind: "nothing" });
    expect(travelled({ ...textMessage(random, ""), body: { kind: "null", disposition: 1, language: "" } })).toEqual({
      kind: "nothing",
    });
  });

  it("display names are one line of what was meant", () => {
    expect(displayName("  Ada\u0000\n\u2066Lovelace\u2028 ")).toBe("AdaLovelace");
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 90 }), (name) => {
        const shown = displayName(name);
        expect([...shown].length).toBeLessThanOrEqual(64);
        expect(shown).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
        expect(displayName(shown)).toBe(shown);
      }),
    );
  });
});

it("a newer client's content is shown as something that this one cannot show", () => {
  const body = {
    kind: "single" as const,
    disposition: 1,
    language: "",
    contentType: "application/x-poll",
    content: png,
  };
  expect(travelled({ ...textMessage(random, ""), body })).toMatchObject({
    kind: "shown",
    isUnsupported: true,
    texts: [],
  });
  const html = { ...body, contentType: "text/html", content: utf8("<b>hi</b>") };
  expect(travelled({ ...textMessage(random, ""), body: html })).toMatchObject({ isUnsupported: true, texts: [] });
});

it("no content breaks classifying or rendering, whatever it nests, names and claims", () => {
  const types = fc.oneof(
    fc.constantFrom("text/plain", "text/markdown", 'TEXT/PLAIN;charset="utf-8"', "text/html", "image/png"),
    fc.constantFrom(
      "application/mimi-message-status",
      "application/vnd.redoubt.typing",
      "application/mimi-content",
      ";;",
    ),
    fc.string({ maxLength: 9 }),
  );
  const few = fc.integer({ min: 1, max: 5 }).map(id);
  const senders = fc.integer({ min: 1, max: 3 }).map(id);
  const sent = fc.array(fc.tuple(contentsOf(types, few), senders), { maxLength: 30 });
  fc.assert(
    fc.property(sent, (messages) => {
      const annotations: Annotation[] = [];
      for (const [i, [content, sender]] of messages.entries()) {
        const classified = travelled(content);
        if (classified.kind === "shown") expect(typeof classified.isUnsupported).toBe("boolean");
        if ("target" in classified) annotations.push({ id: id((i % 5) + 1), sender, content: classified });
      }
      const original = { id: id(1), sender: id(1), content: { texts: [], isUnsupported: false, expires: undefined } };
      const rendered = render(original, annotations, (account) => account[0] === 2);
      expect(rendered.reactions.length).toBeLessThanOrEqual(24);
      expect(rendered.isDeleted && rendered.reactions.length > 0).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});
