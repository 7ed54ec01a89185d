import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { en, type TextKey } from "../../src/i18n/en.js";
import { fa } from "../../src/i18n/fa.js";
import { AppWorld, signUp } from "./app-world.js";
import { meetNeighbours, type Neighbours } from "./neighbours.js";

/**
 * Every screen, light and dark, wide and narrow, in English and Persian, with real people on a real relay:
 * `npm run screenshots` puts them into `docs/screenshots` (or `REDOUBT_SCREENSHOTS`).
 */

const folder = process.env["REDOUBT_SCREENSHOTS"] ?? path.join(import.meta.dirname, "../../../../docs/screenshots");
const emojiFolder = path.dirname(createRequire(import.meta.url).resolve("@fontsource/noto-color-emoji/package.json"));

const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;
const looks = [
  { size: "desktop", theme: "light", locale: "en" },
  { size: "desktop", theme: "dark", locale: "fa" },
  { size: "phone", theme: "dark", locale: "en" },
  { size: "phone", theme: "light", locale: "fa" },
] as const;

let app: AppWorld;
let page: Page;
let neighbours: Neighbours | undefined;

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  app = await AppWorld.start();
  ({ page } = await app.open({ bypassCSP: true }));
  await signUp(page, "sara");
  neighbours = await meetNeighbours(app, page);
}, 240_000);

afterAll(async () => {
  await neighbours?.[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

/** The parts of an emoji font, each with the characters that are in it. */
async function emojiFaces(): Promise<readonly { readonly data: string; readonly unicodeRange: string }[]> {
  const css = await readFile(path.join(emojiFolder, "index.css"), "utf8");
  const faces = [...css.matchAll(/url\(\.\/(files\/[^)]+\.woff2)\)[^}]*unicode-range: ([^;]+);/g)];
  return Promise.all(
    faces.map(async ([, file, unicodeRange]) => {
      const data = await readFile(path.join(emojiFolder, file as string));
      return { data: data.toString("base64"), unicodeRange: unicodeRange as string };
    }),
  );
}

/** The browser of the tests has no emoji of its own, as every system has: it is lent some. */
async function lendEmoji(to: Page): Promise<void> {
  await to.evaluate(
    async (faces) => {
      for (const { data, unicodeRange } of faces) {
        const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
        document.fonts.add(await new FontFace("Lent Emoji", bytes, { unicodeRange }).load());
      }
      const fonts = `"Figtree Variable", "Vazirmatn Variable", "Lent Emoji", sans-serif`;
      document.documentElement.style.setProperty("--font-sans", fonts);
    },
    await emojiFaces(),
  );
}

async function wear(to: Page, { size, theme, locale }: (typeof looks)[number]): Promise<void> {
  await to.setViewportSize(sizes[size]);
  await to.evaluate(() => location.replace("#/"));
  await to.evaluate((preferences) => localStorage.setItem("redoubt-preferences", JSON.stringify(preferences)), {
    theme,
    locale,
  });
  await to.reload();
  await to.locator("[data-conversation], form").first().waitFor();
  await lendEmoji(to);
}

const t = { en: en as Readonly<Record<TextKey, string>>, fa } as const;

/** How each screen is come to, from the list. */
function screens(to: Page, here: Neighbours, locale: "en" | "fa"): Readonly<Record<string, () => Promise<unknown>>> {
  const say = (key: TextKey) => t[locale][key];
  const open = async (title: string) => {
    await to.locator("[data-conversation]", { hasText: title }).click();
    await to.getByRole("log").waitFor();
    // Pictures and waveforms have come when nothing loads any more.
    await to.waitForLoadState("networkidle");
  };
  const details = () =>
    to
      .getByRole("button", { name: say("details.open"), exact: true })
      .last()
      .click();
  const press = (key: TextKey) => to.getByRole("button", { name: say(key) }).click();
  const settings = async (key: TextKey) => {
    await press("settings.title");
    await to.getByRole("region", { name: say(key) }).scrollIntoViewIfNeeded();
  };
  return {
    list: async () => undefined,
    chat: () => open(here.direct),
    group: () => open(here.group),
    menu: async () => {
      await open(here.group);
      await to.getByRole("article").last().click({ button: "right" });
      await to.getByRole("menu").waitFor();
    },
    contact: async () => {
      await open(here.direct);
      await details();
    },
    "safety-number": async () => {
      await open(here.direct);
      await details();
      await to.getByText(say("verify.open"), { exact: true }).click();
      await to.getByText(say("verify.confirm")).waitFor();
    },
    members: async () => {
      await open(here.group);
      await details();
    },
    search: async () => {
      await to.getByRole("searchbox").fill("van");
      await to.locator("mark").first().waitFor();
    },
    palette: async () => {
      await to.keyboard.press("Control+k");
      await to.getByRole("combobox").fill("ar");
      await to.getByRole("option").first().waitFor();
    },
    emoji: async () => {
      await open(here.direct);
      await press("composer.emoji");
      await to.getByRole("row").first().waitFor();
    },
    picture: async () => {
      await open(here.direct);
      await to.getByRole("button", { name: /evening/ }).click();
      await to.getByRole("dialog").waitFor();
    },
    "new-chat": () => to.keyboard.press("Alt+n"),
    settings: () => settings("settings.profile"),
    privacy: () => settings("settings.privacy"),
    "server-knows": async () => {
      await settings("knows.title");
      await press("knows.ask");
      await to.getByText(say("knows.absent")).scrollIntoViewIfNeeded();
    },
    shortcuts: () => to.keyboard.press("?"),
  };
}

it.each(looks)("a member's screens: $size, $theme, $locale", async (look) => {
  const names = Object.keys(screens(page, neighbours as Neighbours, look.locale));
  for (const name of names) {
    await wear(page, look);
    await screens(page, neighbours as Neighbours, look.locale)[name]?.();
    await page.screenshot({ path: path.join(folder, `${name}-${look.size}-${look.theme}-${look.locale}.png`) });
  }
  expect(names.length).toBeGreaterThan(10);
});

it.each(looks)("a newcomer's screens: $size, $theme, $locale", async (look) => {
  const { profile, page: fresh } = await app.open({ bypassCSP: true });
  const shoot = (name: string) => {
    return fresh.screenshot({ path: path.join(folder, `${name}-${look.size}-${look.theme}-${look.locale}.png`) });
  };
  const say = (key: TextKey) => t[look.locale][key];
  await wear(fresh, look);
  await shoot("sign-up");
  await fresh.getByRole("textbox").fill(`guest_${look.size}_${look.theme}`);
  await fresh.locator("form svg.lucide-check").waitFor();
  await fresh.getByRole("button", { name: say("name.create") }).click();
  await fresh.getByRole("button", { name: say("words.next") }).waitFor();
  await shoot("words");
  await fresh.getByRole("button", { name: say("words.next") }).click();
  await fresh.getByText(say("confirm.title")).waitFor();
  await shoot("confirm");
  expect(await fresh.getByRole("textbox").count()).toBe(2);
  await profile.close();
});
