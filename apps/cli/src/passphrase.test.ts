import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { Passphrases } from "./passphrase.js";

/** Somebody at a terminal who answers each question with the next line. */
function typing(...lines: readonly string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const output = Object.assign(new PassThrough(), { isTTY: true });
  const left = [...lines];
  output.on("data", (shown: Buffer) => {
    if (shown.toString().endsWith(": ")) input.write(`${left.shift()}\n`);
  });
  return { input, output, errors: new PassThrough() };
}

const surroundings = { variables: {}, system: "linux", userFolder: "/nowhere" } as const;

it("a new passphrase is typed twice, and refused where the two differ", async () => {
  const same = new Passphrases(typing("correct horse", "correct horse"), surroundings);
  expect(await same.chosen("A passphrase: ")).toBe("correct horse");
  const different = new Passphrases(typing("correct horse", "battery staple"), surroundings);
  await expect(different.chosen("A passphrase: ")).rejects.toMatchObject({ code: "different-passphrases" });
});
