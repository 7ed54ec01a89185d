import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Block, isJumbo, parseText, plainText, type Span } from "./parse-text.js";

const nobody = new Set<string>();

function spansOf(text: string, mentions: ReadonlySet<string> = nobody): readonly Span[] {
  const [block] = parseText(text, mentions);
  if (block === undefined || block.kind === "code") throw new Error("no line of spans");
  return block.spans;
}

/** All that a reader sees, marks left out. */
function shown(spans: readonly Span[]): string {
  return spans
    .map((span) => ("spans" in span ? shown(span.spans) : span.kind === "mention" ? `@${span.name}` : span.text))
    .join("");
}

const text = (content: string): Span => ({ kind: "text", text: content });

describe("parseText", () => {
  it("reads marks, one in another", () => {
    expect(spansOf("a **b __c__** ~~d~~ ||e||")).toEqual([
      text("a "),
      { kind: "bold", spans: [text("b "), { kind: "italic", spans: [text("c")] }] },
      text(" "),
      { kind: "struck", spans: [text("d")] },
      text(" "),
      { kind: "spoiler", spans: [text("e")] },
    ]);
  });

  it("leaves marks without a partner, and marks around nothing, as they were typed", () => {
    for (const typed of ["a ** b", "****", "2 ** 3", "snake__case", "||", "**  **"]) {
      expect(spansOf(typed)).toEqual([text(typed)]);
    }
  });

  it("reads nothing inside of code", () => {
    expect(spansOf("`**a** https://b.example`")).toEqual([{ kind: "code", text: "**a** https://b.example" }]);
    expect(parseText("x\n```\n**a**\n> b\n```", nobody)).toEqual([
      { kind: "paragraph", spans: [text("x")] },
      { kind: "code", text: "**a**\n> b" },
    ]);
  });

  it("gathers quoted lines", () => {
    expect(parseText("> a\n> b\nc", nobody)).toEqual([
      { kind: "quote", spans: [text("a\nb")] },
      { kind: "paragraph", spans: [text("c")] },
    ]);
  });

  it("links http, https and mailto, without the full stop behind them", () => {
    expect(spansOf("see https://a.example/b?c=d#e.")[1]).toEqual({
      kind: "link",
      text: "https://a.example/b?c=d#e",
      href: "https://a.example/b?c=d#e",
      host: undefined,
    });
    expect(spansOf("mailto:a@b.example")[0]).toMatchObject({ kind: "link", href: "mailto:a@b.example" });
  });

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://a.example/b",
    "intent://a#Intent;end",
    "https://bank.example@evil.example/",
    "https://",
  ])("leaves %s inert", (odd) => {
    expect(spansOf(odd).every(({ kind }) => kind === "text")).toBe(true);
  });

  it("says which host a link with look-alike letters goes to", () => {
    expect(spansOf("https://аpple.example/")[0]).toMatchObject({ kind: "link", host: "xn--pple-43d.example" });
  });

  it("does not let a link swallow what turns its direction", () => {
    const [link, rest] = spansOf("https://a.example/\u202etxt.exe");
    expect(link).toMatchObject({ kind: "link", href: "https://a.example/" });
    expect(rest).toEqual(text("\u202etxt.exe"));
  });

  it("mentions those alone that are mentioned", () => {
    expect(spansOf("@ali and @nils, a@ali", new Set(["ali"]))).toEqual([
      { kind: "mention", name: "ali" },
      text(" and @nils, a@ali"),
    ]);
  });

  it("never loses or adds a letter, whatever is typed", () => {
    const piece = fc.constantFrom(
      "a",
      " ",
      "*",
      "**",
      "__",
      "~~",
      "||",
      "`",
      "```",
      "\n",
      "> ",
      "@ali",
      "https://a.b/",
      "<b>",
    );
    const unmarked = (content: string) => content.replaceAll(/[*_~|`>\s]/g, "");
    const ofBlock = (block: Block) => (block.kind === "code" ? block.text : shown(block.spans));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const typed = pieces.join("");
        const blocks = parseText(typed, new Set(["ali"]));
        expect(unmarked(blocks.map(ofBlock).join(""))).toBe(unmarked(typed));
      }),
      { numRuns: 300 },
    );
  });

  it("reads 64 KiB of marks in no time worth a word", () => {
    const before = performance.now();
    parseText("**__".repeat(16_384), nobody);
    parseText("`".repeat(65_536), nobody);
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});

describe("isJumbo", () => {
  it("is true of one to three emoji alone", () => {
    for (const emoji of ["🎉", "❤️", "👩‍👩‍👧", "🇮🇷", "👍🏽👍🏽👍🏽"]) expect(isJumbo(emoji)).toBe(true);
    for (const other of ["", "a", "1", "🎉🎉🎉🎉", "🎉 yes", "#"]) expect(isJumbo(other)).toBe(false);
  });
});

describe("plainText", () => {
  it("hides what is hidden, and the marks", () => {
    expect(plainText("**a**\n> b ||secret|| `c`")).toBe("a b ▒▒▒ c");
  });
});
