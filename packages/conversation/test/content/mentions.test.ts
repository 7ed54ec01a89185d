import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinShown, markMentions, readMentions } from "../../src/content/mentions.js";
import { accountUri, readAccountUri } from "../../src/content/uris.js";

const account = (n: number) => new Uint8Array(32).fill(n);
const members = new Map([
  ["alice", account(1)],
  ["bob_2", account(2)],
]);
const accountOf = (name: string) => members.get(name);
const nameOf = (id: Uint8Array) => [...members].find(([, other]) => other[0] === id[0])?.[0];
const roundTrip = (text: string) => readMentions(markMentions(text, accountOf), nameOf);

it("a mention travels as a markdown link to the account, as in the draft's example", () => {
  expect(markMentions("Kudos to @alice *now*", accountOf)).toEqual({
    format: "markdown",
    text: `Kudos to [@alice](${accountUri(account(1))}) \\*now\\*`,
  });
});

it("a text without members' names stays as it is", () => {
  for (const text of ["*a* <b>", "@carol?", "mail@alice.example", "@alice_", "@Alice", "ünd@alice", "@@alice"]) {
    expect(markMentions(text, accountOf)).toEqual({ format: "plain", text });
    expect(roundTrip(text)).toEqual({ text, mentions: [] });
  }
});

it("any text reads as it was typed, and its mentions are where the names stand", () => {
  const pieces = fc.array(
    fc.oneof(
      fc.constantFrom(
        "@alice",
        "@bob_2",
        "@carol",
        "\\",
        "[",
        "](",
        ")",
        "\n",
        " ",
        `[@alice](${accountUri(account(2))})`,
      ),
      fc.string({ unit: "grapheme", maxLength: 6 }),
    ),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join("");
      const shown = roundTrip(text);
      expect(shown.text).toBe(text);
      for (const { account: who, start, end } of shown.mentions) expect(text.slice(start, end)).toBe(`@${nameOf(who)}`);
      const isMarked = markMentions(text, accountOf).format === "markdown";
      expect(shown.mentions.length > 0).toBe(isMarked);
    }),
    { numRuns: 2_000 },
  );
});

describe("a link whose text is not the name of whom it leads to", () => {
  it.each([
    ["another's name", `[@alice](${accountUri(account(2))})`],
    ["nobody that we know", `[@alice](${accountUri(account(9))})`],
    ["a name without its @", `[alice](${accountUri(account(1))})`],
    ["an account that is none", "[@alice](redoubt:account/abc)"],
    ["a page", "[@alice](https://alice.example)"],
  ])("(%s) is no mention and stays as it was written", (_, text) => {
    expect(readMentions({ format: "markdown", text }, nameOf)).toEqual({ text, mentions: [] });
  });
});

it("places move with what stands before them", () => {
  const shown = joinShown([roundTrip("one"), roundTrip("@alice"), roundTrip("x @bob_2")]);
  expect(shown.text).toBe("one\n@alice\nx @bob_2");
  expect(shown.mentions.map(({ start, end }) => shown.text.slice(start, end))).toEqual(["@alice", "@bob_2"]);
});

it("account URIs read back, and nothing else is one", () => {
  expect(readAccountUri(accountUri(account(7)))).toEqual(account(7));
  expect(readAccountUri(accountUri(account(7)).toUpperCase())).toBeUndefined();
  expect(readAccountUri(`${accountUri(account(7))}0`)).toBeUndefined();
});
