import { describe, expect, test } from "vitest";
import { RedoubtGroup } from "../../src/redoubt.js";
import { bytes } from "../group-of.js";
import { expectOpens, MixedGroup, type Seat } from "./mixed-group.js";
import { pairings, us } from "./pairings.js";

describe.each(pairings)("with $them.name in suite $suite", ({ them, suite }) => {
  const bothWays = async (check: (mixed: MixedGroup, by: Seat, to: Seat) => Promise<void>) => {
    const mixed = await MixedGroup.of(suite, us, them);
    await check(mixed, mixed.at(0), mixed.at(1));
    await check(mixed, mixed.at(1), mixed.at(0));
  };

  test("messages open in any order, once", async () => {
    await bothWays(async (_, by, to) => {
      const texts = ["zero", "one", "two", "three", "four", "five"];
      const sealed: Uint8Array[] = [];
      for (const text of texts) sealed.push(await by.group.seal(bytes(text)));
      for (const i of [5, 0, 3, 1, 4, 2]) await expectOpens(to, sealed[i]!, { by, text: texts[i]! });
      for (const message of sealed) await expect(to.group.process(message)).rejects.toThrow();
    });
  });

  test("authenticated data arrives, and is authenticated", async () => {
    await bothWays(async (_, by, to) => {
      const authenticatedData = bytes("seen by the relay");
      const message = await by.group.seal(bytes("text"), authenticatedData);
      const at = Buffer.from(message).indexOf(authenticatedData);
      const forged = message.slice();
      forged[at]! ^= 1;
      await expect(to.group.process(forged)).rejects.toThrow();
      await expectOpens(to, message, { by, text: "text", authenticatedData });
    });
  });

  test("empty and long messages open", async () => {
    await bothWays(async (_, by, to) => {
      for (const text of ["", "ä".repeat(63), "long ".repeat(5000)])
        await expectOpens(to, await by.group.seal(bytes(text)), { by, text });
    });
  });

  test("they open what we pad", async () => {
    const mixed = await MixedGroup.of(suite, us, them);
    const [by, to] = [mixed.at(0), mixed.at(1)];
    if (!(by.group instanceof RedoubtGroup)) throw new TypeError("the first is one of us");
    const plain = await by.group.seal(bytes("padded"), bytes("aad"));
    for (const padding of [0, 1, 255, 4096]) {
      const padded = await by.group.seal(bytes("padded"), bytes("aad"), padding);
      // Length prefixes may grow.
      expect(padded.length - plain.length).toBeGreaterThanOrEqual(padding);
      expect(padded.length - plain.length).toBeLessThanOrEqual(padding + 2);
      await expectOpens(to, padded, { by, text: "padded", authenticatedData: bytes("aad") });
    }
  });

  test("we open what they pad: their messages of any short length are equally long", async () => {
    const mixed = await MixedGroup.of(suite, us, them);
    const lengths = new Set<number>();
    for (const text of ["", "short", "a little longer"]) {
      const message = await mixed.at(1).group.seal(bytes(text));
      lengths.add(message.length);
      await expectOpens(mixed.at(0), message, { by: mixed.at(1), text });
    }
    expect(lengths.size).toBe(1);
  });
});
