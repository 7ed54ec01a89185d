import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { avatarGrounds } from "./avatar.js";
import { nameColours } from "./name-colour.js";

const css = readFileSync(path.join(import.meta.dirname, "tokens.css"), "utf8");

/** What text is set in, and on what. */
const pairs = [
  ["ink", "canvas"],
  ["ink", "surface"],
  ["ink", "raised"],
  ["ink", "sunken"],
  ["ink", "hover"],
  ["ink", "theirs"],
  ["ink", "accent-soft"],
  ["ink", "mark"],
  ["muted", "canvas"],
  ["muted", "surface"],
  ["muted", "raised"],
  ["muted", "sunken"],
  ["muted", "hover"],
  ["muted", "theirs"],
  ["muted", "accent-soft"],
  ["ink", "line"],
  ["on-mine", "mine"],
  ["mine-muted", "mine"],
  ["accent", "surface"],
  ["accent", "raised"],
  ["accent", "hover"],
  ["accent", "sunken"],
  ["accent", "canvas"],
  ["accent", "accent-soft"],
  ["accent", "mine"],
  ["accent-strong", "accent-soft"],
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["brass", "brass-soft"],
  ["danger", "surface"],
  ["danger", "raised"],
  ["danger", "hover"],
  ["danger", "danger-soft"],
  ["danger", "accent-soft"],
  ["on-danger", "danger"],
] as const;

const themes = ["light", "dark"] as const;
/** WCAG 2.2, 1.4.3: for text of any size. */
const least = 4.5;

function pick(value: string, theme: (typeof themes)[number]): string {
  const [, light, dark] = /light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/.exec(value) ?? [];
  if (light === undefined || dark === undefined) throw new Error(`not two colours: ${value}`);
  return theme === "light" ? light : dark;
}

function colour(name: string, theme: (typeof themes)[number]): string {
  const value = new RegExp(`--color-${name}: ([^;]+);`).exec(css)?.[1];
  if (value === undefined) throw new Error(`no colour ${name}`);
  return pick(value, theme);
}

/** WCAG 2.2: relative luminance. */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

describe.each(themes)("in the %s theme", (theme) => {
  it.each(pairs)("%s can be read on %s", (text, ground) => {
    expect(contrast(colour(text, theme), colour(ground, theme))).toBeGreaterThanOrEqual(least);
  });

  it("people's names can be read on their messages", () => {
    for (const name of nameColours) {
      for (const ground of ["theirs", "mine", "accent-soft"]) {
        expect(contrast(pick(name, theme), colour(ground, theme))).toBeGreaterThanOrEqual(least);
      }
    }
  });
});

it("initials can be read on their grounds", () => {
  for (const ground of avatarGrounds) expect(contrast("#ffffff", ground)).toBeGreaterThanOrEqual(least);
});
