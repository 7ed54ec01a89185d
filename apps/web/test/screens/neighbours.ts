import { writeFile } from "node:fs/promises";
import type { Rpc } from "@redoubt/testkit";
import type { Page } from "playwright-core";
import type { AppWorld } from "./app-world.js";
import { landscape, voiceNote } from "./media-files.js";

/** People on the command line whom the person in the browser talks with. */
export interface Neighbours extends AsyncDisposable {
  readonly ali: Rpc;
  readonly nils: Rpc;
  readonly maryam: Rpc;
  /** What the conversations are called in the list. */
  readonly direct: string;
  readonly group: string;
}

/** Accepts the request that stands in the list. */
async function acceptRequest(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByRole("log").waitFor();
}

/** Writes into the conversation of that title, once it is the open one. */
async function write(page: Page, title: string, text: string): Promise<void> {
  await page.getByRole("textbox", { name: `Message to ${title}`, exact: true }).fill(text);
  await page.keyboard.press("Enter");
}

/** Fills a world in which `sara` is signed in on the page: two chats, a group, a request that waits. */
export async function meetNeighbours(app: AppWorld, page: Page): Promise<Neighbours> {
  const names = ["ali", "nils", "maryam", "jonas"] as const;
  const people = names.map((name) => app.world.person(name));
  await Promise.all(people.map((person) => person.do("register", person.name)));
  const [ali, nils, maryam, jonas] = people.map((person) => person.rpc()) as [Rpc, Rpc, Rpc, Rpc];
  await ali.ask("profile", "--name", "Ali Rahimi");
  await nils.ask("profile", "--name", "Nils Berg");

  await ali.ask("send", "@sara", "Hey Sara! Are we still on for Thursday?");
  await acceptRequest(page);
  const conversation = String((await ali.ask("list"))[0]?.["conversation"]);
  await write(page, "ali", "Yes, absolutely. I booked the small room at the library, 18:30.");
  const booked = await ali.message("Yes, absolutely. I booked the small room at the library, 18:30.");
  await ali.ask("react", conversation, String(booked["message"]), "❤️");
  await ali.ask(
    "send",
    conversation,
    "Perfect. I'll bring the **draft contract** and the printed photos.\nTwo things we must not forget:\n> the keys for the archive\n> the old address book",
  );
  const photo = app.world.folder.at("evening.png");
  await writeFile(photo, await landscape(app.browser));
  await ali.ask("send", conversation, "The view from the roof last night", "--file", photo);
  const note = app.world.folder.at("note.wav");
  await writeFile(note, voiceNote());
  await ali.ask("send", conversation, "", "--file", note);
  await write(page, "ali", "Beautiful! The form is at https://example.org/archive?id=7 and the code is `K7-220`.");
  await ali.ask("send", conversation, "Do you think Maryam could join?", "--reply", String(booked["message"]));
  await page.getByRole("article", { name: /Do you think Maryam could join/ }).waitFor();
  await write(page, "ali", "Good idea, I'll ask her ||but it is still a secret||");

  await nils.ask("send", "@sara", "I parked the van behind the house. See you tomorrow!");
  await acceptRequest(page);
  await write(page, "nils", "Thank you so much!");
  await maryam.ask("send", "@sara", "سلام سارا، کلید ساختمان دست من است.");
  await acceptRequest(page);
  await write(page, "maryam", "عالی! پنجشنبه ساعت شش می‌بینمت.");

  await page.getByRole("button", { name: "New conversation" }).click();
  await page.getByRole("menuitem", { name: "New group" }).click();
  await page.getByLabel("Group name").fill("Archive project");
  for (const name of ["ali", "nils", "maryam"]) {
    await page.getByLabel("User name").fill(name);
    await page.keyboard.press("Enter");
  }
  await page.getByRole("button", { name: "Create group" }).click();
  await write(page, "Archive project", "Welcome everybody. This is where we plan the move.");
  for (const member of [ali, nils, maryam]) await member.message("Welcome everybody. This is where we plan the move.");
  const group = String((await ali.message("Welcome everybody. This is where we plan the move."))["conversation"]);
  await nils.ask("send", group, "Hello! I have a van, if that helps.");
  await nils.ask("send", group, "It takes about 40 boxes.");
  await maryam.ask("send", group, "سلام به همه! من هم پنجشنبه می‌آیم.");
  await ali.ask("send", group, "@sara can you share the floor plan?");
  await page.getByRole("article", { name: /floor plan/ }).waitFor();
  await write(page, "Archive project", "Of course, I'll upload it tonight 🎉");
  const promise = await nils.message("Of course, I'll upload it tonight 🎉");
  await nils.ask("react", group, String(promise["message"]), "🙏");
  await maryam.ask("react", group, String(promise["message"]), "🙏");
  await page.getByRole("button", { name: /🙏 from nils, maryam/ }).waitFor();
  await page.getByRole("article", { name: /upload it tonight/ }).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Pin for all" }).click();
  await page.getByText("Pinned message").waitFor();

  await jonas.ask("send", "@sara", "Hi, I got your name from Nils.");
  await page.getByRole("region", { name: "Requests" }).waitFor();
  await nils.ask("send", "@sara", "And please bring gloves.");
  await page.getByText("And please bring gloves.").waitFor();
  const all = [ali, nils, maryam, jonas];
  return {
    ali,
    nils,
    maryam,
    direct: "Ali Rahimi",
    group: "Archive project",
    async [Symbol.asyncDispose]() {
      for (const person of all) await person[Symbol.asyncDispose]();
    },
  };
}
