import { writeFile } from "node:fs/promises";
import type { Rpc } from "@redoubt/testkit";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AppWorld, signUp } from "./app-world.js";
import { axeFindings } from "./axe.js";

/** One life in one browser, from the first screen on: each test goes on where the one before has stopped. */

let app: AppWorld;
let page: Page;
let tern: Rpc;
let conversation = "";
/** What the page complained of, such as a breach of its policy. */
const complaints: string[] = [];

beforeAll(async () => {
  app = await AppWorld.start();
  const person = app.world.person("tern");
  await person.do("register", "tern");
  tern = person.rpc();
  ({ page } = await app.open());
  page.on("console", (line) => {
    if (line.type() === "error" && !/ERR_CONNECTION_REFUSED|WebSocket/.test(line.text())) complaints.push(line.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
}, 120_000);

afterAll(async () => {
  await tern[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const composer = () => page.getByRole("textbox", { name: "Message to tern" });
const said = (text: string | RegExp) => page.getByRole("article", { name: text });

it("a name that is taken is said to be while it is typed", async () => {
  await page.getByLabel("User name").fill("Tern");
  await page.getByText("@tern is taken").waitFor();
  expect(await page.getByRole("button", { name: "Create account" }).isDisabled()).toBe(true);
  await page.getByLabel("User name").fill("9 lives");
  expect(await page.getByLabel("User name").getAttribute("aria-invalid")).toBe("true");
  expect(await axeFindings(page)).toEqual([]);
});

it("a newcomer signs up and gets 24 words", async () => {
  const words = await signUp(page, "wren");
  expect(words).toHaveLength(24);
  expect(words.every((word) => /^[a-z]+$/.test(word))).toBe(true);
  expect(await axeFindings(page)).toEqual([]);
}, 60_000);

it("a whole conversation goes by keys alone", async () => {
  await page.keyboard.press("Alt+n");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.type("@Tern");
  await page.keyboard.press("Enter");
  await composer().waitFor();
  await page.keyboard.type("hello from a **browser**");
  await page.keyboard.press("Enter");
  const request = await tern.heard((event) => event["event"] === "request", "a request");
  conversation = String(request["conversation"]);
  await tern.ask("accept", conversation);
  await tern.ask("send", conversation, "hello from a shell");
  await said(/tern, .*: hello from a shell/).waitFor();

  // ↑ edits the last message of one's own.
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("End");
  await page.keyboard.type("!");
  await page.keyboard.press("Enter");
  await said(/hello from a browser!/).waitFor();

  // From the list of messages, the menu key offers a reply and a reaction.
  await said(/hello from a shell/).focus();
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menu").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /👍 from You/ }).waitFor();
  await said(/hello from a shell/).focus();
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menuitem", { name: "Reply" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Reply to tern").waitFor();
  await page.keyboard.type("an answer");
  await page.keyboard.press("Enter");
  const answer = await tern.message("an answer");
  expect(answer["replyTo"]).not.toBeNull();
  expect(await axeFindings(page)).toEqual([]);
}, 90_000);

it("dialogs and panels are open to everybody", async () => {
  const findings: string[] = [];
  const look = async (name: string) => findings.push(...(await axeFindings(page)).map((one) => `${name}: ${one}`));
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("tern");
  await page.getByRole("option").first().waitFor();
  await look("palette");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Details", exact: true }).click();
  await page.getByText("Compare safety number", { exact: true }).click();
  await page.getByRole("button", { name: "They are the same" }).click();
  await page.getByText("Verified", { exact: true }).waitFor();
  await look("safety number");
  await page.keyboard.press("Escape");
  await page.getByText("Verified by you").first().waitFor();
  await look("details");
  await page.keyboard.press("Control+,");
  await page.getByRole("button", { name: "Ask the server now" }).click();
  await page.getByText("What it does not hold").waitFor();
  await look("settings");
  await page.keyboard.press("Escape");
  await page.getByRole("searchbox").fill("answer");
  await page.locator("mark", { hasText: "answer" }).waitFor();
  await look("search");
  await page.getByRole("searchbox").fill("");
  expect(findings).toEqual([]);
}, 90_000);

it("what is too long is refused, and stays where it was typed", async () => {
  await composer().fill("🎉".repeat(10_000));
  await page.keyboard.press("Enter");
  await page.getByText("This text is too long for one message.").waitFor();
  expect((await composer().inputValue()).length).toBe(20_000);
  await composer().fill("");
});

it("as many emoji as go into a message are shown, and hinder nobody", async () => {
  await tern.ask("send", conversation, "🎉".repeat(4_000));
  await page.getByText("🎉".repeat(4_000)).waitFor();
  await composer().fill("still here");
  await page.keyboard.press("Enter");
  await tern.message("still here");
  expect(await said(/still here/).count()).toBe(1);
}, 60_000);

it("tricks in a name are made visible, and odd links stay text", async () => {
  const file = app.world.folder.at("photo\u202egnp.exe");
  await writeFile(file, "MZ");
  await tern.ask("send", conversation, "javascript:alert(1) data:text/html,x https://real.example/", "--file", file);
  await page.getByText("photo▯gnp.exe").waitFor();
  const links = await said(/javascript/)
    .getByRole("link")
    .evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  expect(links).toEqual(["https://real.example/"]);
}, 60_000);

it("a picture that would unfold beyond measure is not opened", async () => {
  const bomb = Buffer.alloc(200);
  Buffer.from("89504e470d0a1a0a0000000d49484452", "hex").copy(bomb);
  bomb.writeUInt32BE(60_000, 16);
  bomb.writeUInt32BE(60_000, 20);
  const file = app.world.folder.at("bomb.png");
  await writeFile(file, bomb);
  await tern.ask("send", conversation, "", "--file", file);
  await page.getByText("This picture is too large or damaged").waitFor();
  expect(await page.getByRole("article").last().locator("img").count()).toBe(0);
}, 60_000);

it("what is written without a relay waits, and is sent when there is one", async () => {
  await app.relay.stop("SIGTERM");
  await composer().fill("written in the dark");
  await page.keyboard.press("Enter");
  await said(/written in the dark/)
    .getByRole("img", { name: "Waits to be sent" })
    .waitFor();
  await page.getByText(/^(Connecting…|No connection)/).waitFor();
  await app.relay.startAgain();
  await tern.message("written in the dark");
  await said(/written in the dark/)
    .getByRole("img", { name: /Sent|Delivered|Read/ })
    .waitFor();
  expect(await page.getByText(/^No connection/).count()).toBe(0);
}, 90_000);

it("nothing of this was against the page's policy", () => {
  expect(complaints).toEqual([]);
});
