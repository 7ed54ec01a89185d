import path from "node:path";
import { type Person, startChromium, TemporaryFolder, World } from "@redoubt/testkit";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { build } from "vite";
import type {} from "./page/page.js";

const pageFolder = path.join(import.meta.dirname, "page");

/** Builds the engine and a page without screens, as the app is built. */
async function buildEnginePage(outDir: string): Promise<void> {
  await build({
    root: pageFolder,
    configFile: path.join(import.meta.dirname, "../../vite.config.ts"),
    mode: "test",
    logLevel: "error",
    build: { outDir, emptyOutDir: true },
  });
}

/** A relay that serves the engine, and a browser. */
export class WebWorld implements AsyncDisposable {
  readonly world: World;
  readonly browser: Browser;
  readonly #folder: TemporaryFolder;

  private constructor(world: World, browser: Browser, folder: TemporaryFolder) {
    this.world = world;
    this.browser = browser;
    this.#folder = folder;
  }

  static async start(): Promise<WebWorld> {
    const folder = new TemporaryFolder();
    await buildEnginePage(folder.at("web"));
    const [world, browser] = await Promise.all([World.start("--web", folder.at("web")), startChromium()]);
    return new WebWorld(world, browser, folder);
  }

  /** A browser profile of its own. */
  async profile(): Promise<Profile> {
    return new Profile(await this.browser.newContext(), this.world.relay.url);
  }

  /** Somebody with an account on the command line. */
  async shellPerson(name: string): Promise<Person> {
    const person = this.world.person(name);
    await person.do("register", name);
    return person;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    await this.world[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }
}

/** A profile of the browser: what one person has. */
class Profile implements AsyncDisposable {
  readonly context: BrowserContext;
  /** Everything that its pages have asked the network for. */
  readonly requests: string[] = [];
  readonly #url: string;

  constructor(context: BrowserContext, url: string) {
    this.context = context;
    this.#url = url;
    context.on("request", (request) => this.requests.push(request.url()));
  }

  /** Opens the app in a tab. */
  async open(): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(this.#url);
    await page.waitForFunction(() => "redoubt" in globalThis);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
  }
}

/** Waits until the page was told of a message of that text. */
export async function heard(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => redoubt.told.some((event) => event.kind === "message" && event.message.text === wanted),
    text,
  );
}

/** Opens the direct conversation from a page and has somebody on the command line accept it. */
export async function meet(page: Page, person: Person): Promise<string> {
  const conversation = await page.evaluate(async (name) => {
    const id = await redoubt.client.directWith(name);
    await redoubt.client.send(id, "hello");
    return id;
  }, person.name);
  await person.do("sync");
  await person.do("accept", conversation);
  return conversation;
}
