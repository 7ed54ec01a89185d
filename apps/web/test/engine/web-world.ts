import path from "node:path";
import { startChromium, World } from "@redoubt/testkit";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { build } from "vite";

const pageFolder = path.join(import.meta.dirname, "page");

/** Builds the engine and a page without screens, as the app is built. */
export async function buildEnginePage(outDir: string): Promise<void> {
  await build({
    root: pageFolder,
    configFile: path.join(import.meta.dirname, "../../vite.config.ts"),
    mode: "test",
    logLevel: "error",
    build: { outDir, emptyOutDir: true },
  });
}

/** A relay that serves the app, and a browser. */
export class WebWorld implements AsyncDisposable {
  readonly world: World;
  readonly browser: Browser;

  private constructor(world: World, browser: Browser) {
    this.world = world;
    this.browser = browser;
  }

  static async start(web: string): Promise<WebWorld> {
    const [world, browser] = await Promise.all([World.start("--web", web), startChromium()]);
    return new WebWorld(world, browser);
  }

  /** A browser profile of its own. */
  profile(): Promise<BrowserContext> {
    return this.browser.newContext();
  }

  /** Opens the app in a profile. */
  async open(profile: BrowserContext): Promise<Page> {
    const page = await profile.newPage();
    await page.goto(this.world.relay.url);
    await page.waitForFunction(() => "redoubt" in globalThis);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    await this.world[Symbol.asyncDispose]();
  }
}
