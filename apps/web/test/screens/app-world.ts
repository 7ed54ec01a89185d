import path from "node:path";
import { type RelayProcess, startChromium, TemporaryFolder, World } from "@redoubt/testkit";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { build } from "vite";

const appFolder = path.join(import.meta.dirname, "../..");

/** A relay that serves the app as it is built, a browser, and people on the command line. */
export class AppWorld implements AsyncDisposable {
  readonly world: World;
  readonly browser: Browser;
  /** What pages did that their policy forbids, and what they asked of anybody but the relay. */
  readonly breaches: string[] = [];
  readonly #folder: TemporaryFolder;

  private constructor(world: World, browser: Browser, folder: TemporaryFolder) {
    this.world = world;
    this.browser = browser;
    this.#folder = folder;
  }

  /** @param words further options of the relay */
  static async start(...words: readonly string[]): Promise<AppWorld> {
    const folder = new TemporaryFolder();
    const outDir = folder.at("app");
    await build({ root: appFolder, logLevel: "error", build: { outDir, emptyOutDir: true } });
    const [world, browser] = await Promise.all([World.start("--web", outDir, ...words), startChromium()]);
    return new AppWorld(world, browser, folder);
  }

  get relay(): RelayProcess {
    return this.world.relay;
  }

  /** Opens the app in a browser profile of its own. */
  async open(options: BrowserContextOptions = {}): Promise<{ readonly profile: BrowserContext; readonly page: Page }> {
    const profile = await this.browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: "en-GB",
      reducedMotion: "reduce",
      ...options,
    });
    profile.on("console", (message) => {
      if (/content security policy|trusted/i.test(message.text())) this.breaches.push(message.text());
    });
    profile.on("request", (request) => {
      const isOurs = request.url().startsWith(this.relay.url) || /^(?:blob|data):/.test(request.url());
      if (!isOurs) this.breaches.push(request.url());
    });
    const page = await profile.newPage();
    await page.goto(this.relay.url);
    return { profile, page };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    await this.world[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }
}

/** Goes the whole way from the first screen to the empty list, as a newcomer does. @returns the words */
export async function signUp(page: Page, name: string): Promise<readonly string[]> {
  await page.getByLabel("User name").fill(name);
  await page.getByText(`@${name} is free`).waitFor();
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "Your recovery words" }).waitFor();
  const items = await page.locator("ol > li").allInnerTexts();
  const words = items.map((item) => item.replace(/[^a-z]/g, ""));
  await page.getByRole("button", { name: "I wrote them down" }).click();
  await page.getByRole("heading", { name: "Did you write them down?" }).waitFor();
  for (const field of await page.getByRole("textbox").all()) {
    const label = (await field.evaluate((input) => (input as HTMLInputElement).labels?.[0]?.textContent)) ?? "";
    await field.fill(words[Number(label.replace(/\D/g, "")) - 1] ?? "");
  }
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Not now" }).click();
  await page.getByRole("heading", { name: "No conversations yet" }).waitFor();
  return words;
}
