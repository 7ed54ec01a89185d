import { afterAll, beforeAll, expect, it } from "vitest";
import { AppWorld, signUp } from "./app-world.js";

let app: AppWorld;

beforeAll(async () => {
  app = await AppWorld.start();
}, 90_000);

afterAll(() => app[Symbol.asyncDispose]());

it("a newcomer signs up and talks with somebody on the command line", async () => {
  const { profile, page } = await app.open();
  expect(await signUp(page, "wren")).toHaveLength(24);
  const tern = app.world.person("tern");
  await tern.do("register", "tern");
  await using rpc = tern.rpc();

  await page.keyboard.press("Alt+n");
  await page.getByLabel("User name").fill("@Tern ");
  await page.keyboard.press("Enter");
  await page.getByLabel("Message to tern").fill("hello from a browser");
  await page.keyboard.press("Enter");
  const request = await rpc.heard((event) => event["event"] === "request", "a request");
  const conversation = String(request["conversation"]);
  await rpc.ask("accept", conversation);
  await rpc.ask("send", conversation, "hello from a shell");
  await page.getByRole("article", { name: /tern, .*: hello from a shell/ }).waitFor();
  await page
    .getByRole("img", { name: "Delivered" })
    .or(page.getByRole("img", { name: "Read" }))
    .waitFor();
  await profile.close();
}, 60_000);

it("what the app opens keeps to its policy and asks nobody but the relay; a breach is noticed and prevented", async () => {
  const { profile, page } = await app.open();
  await signUp(page, "plover");
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page
    .getByRole("button", { name: /settings/i })
    .first()
    .click();
  await page.getByRole("dialog").waitFor();
  expect(app.breaches).toEqual([]);
  const codes = await page.evaluate(async () => {
    const asked = await fetch("https://elsewhere.example/").catch((error: Error) => error.name);
    try {
      document.body.innerHTML = "<b>bold</b>";
      return [asked, "done"];
    } catch (error) {
      return [asked, (error as Error).name];
    }
  });
  expect(codes).toEqual(["TypeError", "TypeError"]);
  expect(app.breaches.length).toBeGreaterThanOrEqual(2);
  await profile.close();
}, 60_000);
