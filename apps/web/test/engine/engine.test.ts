import { TemporaryFolder } from "@redoubt/testkit";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type {} from "./page/page.js";
import { buildEnginePage, WebWorld } from "./web-world.js";

const folder = new TemporaryFolder();
let web: WebWorld;

beforeAll(async () => {
  await buildEnginePage(folder.at("web"));
  web = await WebWorld.start(folder.at("web"));
}, 60_000);

afterAll(async () => {
  await web[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** Waits until the page was told of a message of that text. */
async function heard(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => redoubt.told.some((event) => event.kind === "message" && event.message.text === wanted),
    text,
  );
}

it("somebody in a browser talks with somebody on the command line", async () => {
  const profile = await web.profile();
  const page = await web.open(profile);
  const registered = await page.evaluate(() => redoubt.client.register("wren"));
  expect(registered.recoveryKey).toHaveLength(24);
  const tern = web.world.person("tern");
  await tern.do("register", "tern");
  await using rpc = tern.rpc();
  await page.evaluate(async () => {
    const conversation = await redoubt.client.directWith("tern");
    await redoubt.client.send(conversation, "hello from a browser");
  });
  const request = await rpc.heard((event) => event["event"] === "request", "a request");
  const conversation = String(request["conversation"]);
  await rpc.ask("accept", conversation);
  await rpc.ask("send", conversation, "hello from a shell");
  await heard(page, "hello from a shell");
  const texts = await page.evaluate(async () => {
    const [conversation] = await redoubt.client.list();
    const messages = await redoubt.client.read(conversation!.conversation);
    return messages.map(({ from, text }) => [from, text]);
  });
  expect(texts).toEqual([
    ["wren", "hello from a browser"],
    ["tern", "hello from a shell"],
  ]);
  await profile.close();
}, 60_000);
