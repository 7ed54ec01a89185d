import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { describe, expect, it } from "vitest";
import { en } from "./en.js";
import { fa } from "./fa.js";
import { fr } from "./fr.js";

const folder = path.join(import.meta.dirname, "..");
const catalogues = { en, fr, fa };

/** All sources of the app that are not texts themselves. */
function sources(): string {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const shown = files.filter((file) => /\.tsx?$/.test(file) && !/^i18n.(en|fr|fa)\.ts$|\.test\./.test(file));
  return shown.map((file) => readFileSync(path.join(folder, file), "utf8")).join("\n");
}

describe("the catalogue", () => {
  const text = sources();
  // Keys that are put together from a part that varies.
  const families = [...text.matchAll(/\bt\(`([a-z-]+\.)\$\{/g)].map(([, prefix]) => prefix as string);

  it.each(Object.keys(en))("%s is used", (key) => {
    const isUsed = text.includes(`"${key}"`) || families.some((family) => key.startsWith(family));
    expect(isUsed).toBe(true);
  });

  it("has every key that is asked for", () => {
    const asked = [...text.matchAll(/\b(?:t|translate)\(\s*"([^"]+)"/g)].map(([, key]) => key as string);
    expect(asked.filter((key) => !Object.hasOwn(en, key))).toEqual([]);
    expect(asked.length).toBeGreaterThan(100);
  });

  it.each(["fr", "fa"] as const)("has every text in %s, with the same places", (locale) => {
    const other: Readonly<Record<string, string>> = catalogues[locale];
    expect(Object.keys(other).sort()).toEqual(Object.keys(en).sort());
    for (const [key, message] of Object.entries(en)) {
      const named = (content: string) => new Set([...content.matchAll(/\{([a-z]+)[,}]/g)].map(([, name]) => name));
      expect([key, named(other[key] ?? "")]).toEqual([key, named(message)]);
      expect([key, (other[key] ?? "").trim()]).not.toEqual([key, ""]);
    }
  });

  it.each(["en", "fr", "fa"] as const)("has texts alone in %s that can be compiled", (locale) => {
    for (const message of Object.values(catalogues[locale])) expect(() => compileMessage(message)).not.toThrow();
  });
});
