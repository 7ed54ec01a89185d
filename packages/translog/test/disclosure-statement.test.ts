import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DisclosureStatement, formatStatement, parseStatement } from "../src/index.js";

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const word = fc.stringMatching(/^[a-z_]{1,20}$/);
const statements: fc.Arbitrary<DisclosureStatement> = fc.record({
  relay: fc.stringMatching(/^[a-z0-9.:/]{1,30}$/),
  question: fc.oneof(
    fc.stringMatching(/^[a-z0-9_]{1,32}$/).map((name) => `account ${name}`),
    hash.map((id) => `log ${id}`),
  ),
  day: fc.constant("2026-11-25"),
  dataMap: hash,
  rows: fc.uniqueArray(fc.record({ table: word, count: fc.nat() }), { selector: ({ table }) => table }),
  files: fc.uniqueArray(
    fc.record({
      path: fc.stringMatching(/^[a-z][a-z0-9_.-]{0,9}(\/[a-z][a-z0-9_.-]{0,9})?$/),
      bytes: fc.nat(),
      sha256: hash,
    }),
    { selector: ({ path }) => path },
  ),
});

describe("the statement of a disclosure", () => {
  it("comes back from its lines", () => {
    const property = fc.property(statements, (statement) => {
      expect(parseStatement(formatStatement(statement))).toEqual(statement);
    });
    fc.assert(property);
  });

  it("has no line that it does not know, none twice, and none in another order", () => {
    const text = formatStatement({
      relay: "relay.example",
      question: "account alice",
      day: "2026-11-25",
      dataMap: "00".repeat(32),
      rows: [{ table: "accounts", count: 1 }],
      files: [{ path: "rows/accounts.jsonl", bytes: 1, sha256: "11".repeat(32) }],
    });
    const lines = text.slice(0, -1).split("\n");
    const others = [
      "",
      text.slice(0, -1),
      `${text}\n`,
      `${text}more\n`,
      `${text}${lines[5]}\n`,
      `${text}${lines[6]}\n`,
      text.replace("rows/accounts.jsonl", "../accounts.jsonl"),
      text.replace("rows/accounts.jsonl", "rows/more/accounts.jsonl"),
      text.replace("rows accounts 1", "rows accounts 01"),
      text.replace("account alice", "account Alice"),
      text.replace("2026-11-25", "2026-11-25T12:00"),
      [...lines].reverse().join("\n"),
      ...lines.map((_, at) => `${lines.filter((_line, other) => other !== at && other < 5).join("\n")}\n`).slice(0, 5),
    ];
    for (const other of others) {
      expect(() => parseStatement(other), other).toThrow(expect.objectContaining({ code: "malformed-statement" }));
    }
  });
});
