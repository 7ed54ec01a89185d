import path from "node:path";
import { fileURLToPath } from "node:url";
import { startChromium, World } from "@redoubt/testkit";
import { build } from "vite";
import { describeMachine } from "../machine.js";
import { createCorpus } from "../search-corpus.js";
import { firstLoad } from "./first-load.js";
import { callEngine, keystrokeToBubble, noteFirstMessage, scrollUp } from "./in-page.js";

const app = fileURLToPath(new URL("../../../../apps/web/dist", import.meta.url));
const [messages = 100_000, conversations = 5_000] = process.argv.slice(2).map(Number);
const filling = { messages, conversations };
const [starts, keystrokes] = [10, 20];

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof startChromium>>["newPage"]>>;

/** One line of the table. */
type Line = readonly [figure: string, value: string, target: string];

const lines: Line[] = [];
const note = (figure: string, value: number, unit: string, target: string) => {
  lines.push([figure, `${value >= 100 ? Math.round(value) : value.toFixed(1)} ${unit}`, target]);
  console.error(`${figure}: ${lines.at(-1)?.[1]}`);
};
const quantile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

/** Bundles the worker that fills a home. */
async function bundleFiller(): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const result = await build({
    configFile: false,
    logLevel: "error",
    base: "./",
    build: {
      write: false,
      target: "es2023",
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: fileURLToPath(new URL("./fill-worker.js", import.meta.url)),
        output: { entryFileNames: "fill-worker.js", assetFileNames: "[name][extname]", chunkFileNames: "[name].js" },
      },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  return new Map(
    outputs.flatMap((output) => {
      if (!("output" in output)) throw new Error("Vite is watching");
      return output.output.map((file) => [file.fileName, file.type === "chunk" ? file.code : file.source] as const);
    }),
  );
}

async function fillHome(page: Page, url: string): Promise<void> {
  const files = await bundleFiller();
  await page.route(`${url}/bench/**`, (route) => {
    const name = path.basename(new URL(route.request().url()).pathname);
    const content = files.get(name);
    const contentType = name.endsWith(".wasm")
      ? "application/wasm"
      : name.endsWith(".js")
        ? "text/javascript"
        : "text/html";
    return route.fulfill({ contentType, body: content === undefined ? "<!doctype html>" : Buffer.from(content) });
  });
  await page.goto(`${url}/bench/`);
  const said = await page.evaluate(
    (asked) =>
      new Promise<unknown>((resolve) => {
        const worker = new Worker("/bench/fill-worker.js", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => resolve(message);
        worker.postMessage(asked);
      }),
    filling,
  );
  if (said !== "filled") throw new Error(String(said));
}

/** As a newcomer does it, from the first screen to a conversation. */
async function begin(page: Page, peer: string): Promise<void> {
  await page.getByLabel("User name").fill("bencher");
  await page.getByText("@bencher is free").waitFor();
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "Your recovery words" }).waitFor();
  // Created already: whoever knows the words need not be asked for them.
  await page.reload();
  await page.getByRole("heading", { name: "No conversations yet" }).waitFor();
  await page.keyboard.press("Alt+n");
  await page.getByLabel("User name").fill(peer);
  await page.keyboard.press("Enter");
  await page.getByLabel(`Message to ${peer}`).fill("hello");
  await page.keyboard.press("Enter");
  await page.locator("article[data-message]").first().waitFor();
}

const loaded = firstLoad(app);
note("first load, gzip: scripts of the page", loaded.page / 1_000, "kB", "≤ 150 kB");
note("besides, in the worker: engine and SQLite", loaded.engine / 1_000, "kB", "");

await using world = await World.start("--web", app);
const browser = await startChromium();
try {
  const peer = world.person("peer");
  await peer.do("register", "peer");
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  await context.addInitScript(noteFirstMessage);
  const page = await context.newPage();
  await page.goto(world.relay.url);
  await begin(page, "peer");
  const chat = page.url();
  await fillHome(page, world.relay.url);
  await page.goto(chat);
  await page.locator("article[data-message]").first().waitFor();

  const times: number[] = [];
  for (let i = 0; i < starts; i++) {
    await page.reload();
    await page.waitForFunction(() => "firstMessage" in globalThis);
    times.push(await page.evaluate(() => (globalThis as unknown as { readonly firstMessage: number }).firstMessage));
  }
  const full = `${filling.messages} messages, ${filling.conversations} chats`;
  note(`warm start to the last chat, ${full}, p50`, quantile(times, 0.5), "ms", "< 300 ms");

  const bubbles: number[] = [];
  for (let i = 0; i < keystrokes; i++) {
    const text = `keystroke number ${i}.`;
    await page.getByLabel("Message to peer").fill(text);
    const bubble = page.evaluate(keystrokeToBubble, text);
    await page.keyboard.press("Enter");
    bubbles.push(await bubble);
  }
  note("keystroke to bubble, p50", quantile(bubbles, 0.5), "ms", "< 50 ms");
  note("keystroke to bubble, p95", quantile(bubbles, 0.95), "ms", "");

  const values = createCorpus().queries.flatMap(({ terms }) => terms.slice(0, 10).map((term) => [term]));
  const searches = await page.evaluate(callEngine, { method: "search", values });
  note("search, from the page and back, p50", quantile(searches.times, 0.5), "ms", "< 20 ms");
  note("search, from the page and back, p99", quantile(searches.times, 0.99), "ms", "");
  note("found by a search, on average", searches.found / values.length, "messages", "");
  const lists = await page.evaluate(callEngine, { method: "list", values: [[], [], [], [], []] });
  note(`the list of ${filling.conversations} chats, p50`, quantile(lists.times, 0.5), "ms", "");

  const { frames, grown } = await page.evaluate(scrollUp, 5_000);
  note(
    "scrolling up for 5 s: frames later than 33 ms",
    frames.filter((frame) => frame > 33).length,
    `of ${frames.length}`,
    "0",
  );
  note("scrolling up for 5 s: longest frame", Math.max(...frames), "ms", "");
  note("scrolling up for 5 s: added above", grown, "pixels", "> 0");
} finally {
  await browser.close();
}

console.log(`${describeMachine()}\n`);
console.log(
  ["| figure | measured | target |", "|---|---|---|", ...lines.map((cells) => `| ${cells.join(" | ")} |`)].join("\n"),
);
