import { writeFileSync } from "node:fs";
import { buildPrograms, type Rpc, World } from "@redoubt/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";

type Fields = Readonly<Record<string, unknown>>;

const timeout = 120_000;
const png = Buffer.from("89504e470d0a1a0a0102030405", "hex");

let world: World;
let pairs = 0;

beforeAll(async () => {
  await buildPrograms();
  world = await World.start();
}, timeout);
afterAll(() => world[Symbol.asyncDispose]());

interface Pair extends AsyncDisposable {
  readonly alice: Rpc;
  readonly bob: Rpc;
  /** Their user names. */
  readonly a: string;
  readonly b: string;
  readonly conversation: string;
}

/** Two people who are online and have agreed to talk. */
async function pair(): Promise<Pair> {
  pairs += 1;
  const [a, b] = [`alice${pairs}`, `bob${pairs}`];
  const [alice, bob] = [world.person(a).rpc(), world.person(b).rpc()];
  await Promise.all([alice.ask("register", a), bob.ask("register", b)]);
  await alice.ask("send", `@${b}`, "hello");
  const { conversation } = await bob.heard(({ event }) => event === "request", "a request");
  await bob.ask("accept", String(conversation));
  return {
    alice,
    bob,
    a,
    b,
    conversation: String(conversation),
    async [Symbol.asyncDispose]() {
      await alice[Symbol.asyncDispose]();
      await bob[Symbol.asyncDispose]();
    },
  };
}

/** The event that a message has changed into something. */
function changed(person: Rpc, message: unknown, fields: Fields): Promise<Fields> {
  const isIt = (event: Fields) => {
    if (event["event"] !== "message-state" || event["message"] !== message) return false;
    return Object.entries(fields).every(([name, value]) => JSON.stringify(event[name]) === JSON.stringify(value));
  };
  return person.heard(isIt, `${String(message)} to become ${JSON.stringify(fields)}`);
}

async function read(person: Rpc, conversation: string): Promise<readonly Fields[]> {
  return person.ask("read", conversation);
}

it("replies name what they answer, also after it was edited, and threads hold together", { timeout }, async () => {
  await using they = await pair();
  const { alice, bob, conversation } = they;
  const first = await alice.askOne("send", conversation, "one");
  await bob.message("one");
  await alice.ask("edit", conversation, String(first["message"]), "one, edited");
  await changed(bob, first["message"], { text: "one, edited", edited: true });
  const reply = await bob.askOne("send", conversation, "two", "--reply", String(first["message"]).slice(0, 12));
  expect(await alice.message("two")).toMatchObject({ message: reply["message"], replyTo: first["message"] });
  await bob.ask("send", conversation, "three", "--thread", String(first["message"]));
  expect(await alice.message("three")).toMatchObject({ thread: first["message"] });
  const inThread = await alice.askOne("send", conversation, "four", "--thread", String(first["message"]), "--silent");
  expect(await bob.message("four")).toMatchObject({
    ...inThread,
    state: "received",
    thread: first["message"],
    silent: true,
  });
  await expect(bob.ask("send", conversation, "x", "--reply", "0100000000")).rejects.toMatchObject({
    code: "unknown-message",
  });
});

it("reactions show on both sides, stand for earlier ones, and are taken back", { timeout }, async () => {
  await using they = await pair();
  const { alice, bob, a, b, conversation } = they;
  const { message } = await alice.askOne("send", conversation, "react to this");
  await bob.message("react to this");
  const state = await bob.askOne("react", conversation, String(message), "👍");
  expect(state).toEqual({ message, conversation, state: "sent" });
  await changed(alice, message, { reactions: [{ emoji: "👍", from: b }] });
  await bob.ask("react", conversation, String(message), "👍");
  await alice.ask("react", conversation, String(message), "🎉");
  await bob.ask("react", conversation, String(message), "❤️");
  const both = {
    reactions: [
      { emoji: "🎉", from: a },
      { emoji: "❤️", from: b },
    ],
  };
  await Promise.all([changed(alice, message, both), changed(bob, message, both)]);
  await bob.ask("react", conversation, String(message), "❤️", "--off");
  await changed(alice, message, { reactions: [{ emoji: "🎉", from: a }] });
  await expect(bob.ask("react", conversation, String(message), "❤️", "--off")).rejects.toMatchObject({
    code: "unknown-message",
  });
  await expect(bob.ask("react", conversation, String(message), "two\nlines")).rejects.toMatchObject({
    code: "bad-reaction",
  });
});

it("edits replace a text for both, and nobody edits or deletes what another wrote", { timeout }, async () => {
  await using they = await pair();
  const { alice, bob, conversation } = they;
  const { message } = await alice.askOne("send", conversation, "teh");
  await bob.message("teh");
  expect(await alice.askOne("edit", conversation, String(message), "the")).toEqual({
    message,
    conversation,
    state: "sent",
  });
  await alice.ask("edit", conversation, String(message), "then");
  await changed(bob, message, { text: "then", edited: true });
  for (const person of [alice, bob]) {
    const texts = (await read(person, conversation)).map(({ text, edited }) => [text, edited]);
    expect(texts).toEqual([
      ["hello", false],
      ["then", true],
    ]);
  }
  for (const words of [
    ["edit", conversation, String(message), "mine"],
    ["delete", conversation, String(message)],
  ]) {
    await expect(bob.ask(...words)).rejects.toMatchObject({ code: "not-allowed" });
  }
});

it("a deletion takes everything from both; one for oneself is nobody else's business", { timeout }, async () => {
  await using they = await pair();
  const { alice, bob, conversation } = they;
  const { message } = await alice.askOne("send", conversation, "regrettable");
  await bob.message("regrettable");
  await bob.ask("react", conversation, String(message), "😮");
  expect(await alice.askOne("delete", conversation, String(message))).toEqual({ message, conversation, state: "sent" });
  await changed(bob, message, { text: "", deleted: true, reactions: [] });
  await expect(alice.ask("edit", conversation, String(message), "again")).rejects.toMatchObject({
    code: "not-allowed",
  });
  for (const person of [alice, bob]) {
    expect(await read(person, conversation)).toMatchObject([{ text: "hello" }, { message, deleted: true, text: "" }]);
    expect(await person.ask("search", "regrettable")).toEqual([]);
  }
  const later = await alice.askOne("send", conversation, "only for bob");
  await bob.message("only for bob");
  await alice.ask("delete", conversation, String(later["message"]), "--for-me");
  expect((await read(alice, conversation)).map(({ text }) => text)).toEqual(["hello", ""]);
  expect((await read(bob, conversation)).map(({ text }) => text)).toEqual(["hello", "", "only for bob"]);
  expect(await alice.ask("search", "bob")).toEqual([]);
});

it("names of members are mentions, counted apart; names of others are text", { timeout }, async () => {
  await using they = await pair();
  const { alice, bob, a, b, conversation } = they;
  const text = `@${b} look at *this*, not at @nobody or <b>@${a}</b>`;
  await alice.ask("send", conversation, text);
  expect(await bob.message(text)).toMatchObject({ text, mentions: [b, a], mentionsMe: true });
  await alice.ask("send", conversation, "and this");
  await bob.message("and this");
  expect(await bob.ask("list")).toMatchObject([{ unread: 3, mentions: 1 }]);
  await read(bob, conversation);
  expect(await bob.ask("list")).toMatchObject([{ unread: 0, mentions: 0 }]);
});

it("both see what was delivered and read, once; whoever does not tell is not told", { timeout }, async () => {
  await using they = await pair();
  const { alice, bob, a, b, conversation } = they;
  const first = await alice.askOne("send", conversation, "seen?");
  await changed(alice, first["message"], { deliveredTo: [b], readBy: [] });
  await read(bob, conversation);
  await changed(alice, first["message"], { deliveredTo: [b], readBy: [b] });

  const back = await bob.askOne("send", conversation, "seen. and this?");
  await changed(bob, back["message"], { deliveredTo: [a], readBy: [] });

  expect(await bob.ask("settings", "--receipts", "off")).toEqual([{ receipts: false, typing: true }]);
  const second = await alice.askOne("send", conversation, "and now?");
  await bob.message("and now?");
  await read(bob, conversation);
  await read(alice, conversation);
  // What is said after them is there: had they been told, they would be, too.
  await bob.ask("send", conversation, "nothing to see");
  await alice.message("nothing to see");
  expect((await read(alice, conversation)).find(({ message }) => message === second["message"])).toMatchObject({
    deliveredTo: [],
    readBy: [],
  });
  const messages = await read(bob, conversation);
  expect(messages.find(({ message }) => message === back["message"])).toMatchObject({ deliveredTo: [a], readBy: [] });

  await bob.ask("settings", "--receipts", "on");
  const third = await alice.askOne("send", conversation, "welcome back");
  await changed(alice, third["message"], { deliveredTo: [b], readBy: [] });
});

it("a request is answered by nothing until it is accepted", { timeout }, async () => {
  await using alice = world.person("askalice").rpc();
  await using bob = world.person("askbob").rpc();
  await Promise.all([alice.ask("register", "askalice"), bob.ask("register", "askbob")]);
  const { message, conversation } = await alice.askOne("send", "@askbob", "may I?");
  await bob.heard(({ event }) => event === "request", "a request");
  await bob.message("may I?");
  await read(bob, String(conversation));
  await bob.ask("sync");
  await alice.ask("sync");
  expect(await read(alice, String(conversation))).toMatchObject([{ message, deliveredTo: [], readBy: [] }]);
  await bob.ask("accept", String(conversation));
  await changed(alice, message, { deliveredTo: ["askbob"], readBy: ["askbob"] });
});

it("typing is told, kept nowhere, and not told by whoever does not want it", { timeout }, async () => {
  await using they = await pair();
  const { alice, bob, a, conversation } = they;
  const typing = (isTyping: boolean) => (event: Fields) =>
    event["event"] === "typing" && event["isTyping"] === isTyping;
  await alice.ask("typing", conversation);
  expect(await bob.heard(typing(true), "typing")).toEqual({ event: "typing", conversation, from: a, isTyping: true });
  await alice.ask("typing", conversation);
  await alice.ask("typing", conversation, "--off");
  await bob.heard(typing(false), "the end of typing");
  expect(bob.events.filter(typing(true))).toHaveLength(1);
  expect(await read(bob, conversation)).toHaveLength(1);
  await bob.ask("settings", "--typing", "off");
  await bob.ask("typing", conversation);
  await bob.ask("send", conversation, "I did not say that I type");
  await alice.message("I did not say that I type");
  expect(alice.events.filter(({ event }) => event === "typing")).toEqual([]);
});

it("profiles reach those one talks to, by their limits", { timeout }, async () => {
  await using they = await pair();
  const { alice, bob, a } = they;
  const file = world.folder.at("picture.png");
  writeFileSync(file, png);
  const picture = png.toString("base64");
  const profile = { username: a, name: "Alice Ærø", picture };
  expect(await alice.ask("profile", "--name", "Alice \u202eÆrø", "--picture", file)).toEqual([profile]);
  const told = await bob.heard(({ event }) => event === "profile", "a profile");
  expect(told).toEqual({ event: "profile", from: a, name: "Alice Ærø", hasPicture: true });
  expect(await bob.ask("profile", "--of", `@${a}`)).toEqual([profile]);
  expect(await bob.ask("contacts")).toMatchObject([{ username: a, name: "Alice Ærø", hasPicture: true }]);
  await expect(alice.ask("profile", "--name", "x".repeat(65))).rejects.toMatchObject({ code: "bad-profile" });
  writeFileSync(file, "<svg/>");
  await expect(alice.ask("profile", "--picture", file)).rejects.toMatchObject({ code: "bad-profile" });

  // Whoever comes later is told as well.
  await using carol = world.person(`carol_of_${a}`).rpc();
  await carol.ask("register", `carol_of_${a}`);
  await alice.ask("send", `@carol_of_${a}`, "hi");
  await carol.heard(({ event, name }) => event === "profile" && name === "Alice Ærø", "the profile");
});

it("mutes, pins and drafts are kept here, also when nobody is there", { timeout }, async () => {
  await using they = await pair();
  const { alice, b, a, conversation } = they;
  const before = Date.now();
  await alice.ask("mute", conversation, "--for", "3600");
  await alice.ask("pin", `@${b}`);
  await alice.ask("draft", conversation, "dear bob");
  await alice.end();
  const later = world.person(a);
  const [listed] = await later.do("list");
  expect(listed).toMatchObject({ conversation, pinned: true, draft: "dear bob" });
  expect(listed?.["muted"]).toBeGreaterThan(before + 3_590_000);
  await later.do("mute", conversation, "--off");
  await later.do("pin", conversation, "--off");
  // What is sent is no draft any more.
  await later.do("send", conversation, "dear bob");
  expect(await later.do("list")).toMatchObject([{ muted: null, pinned: false, draft: null }]);
  expect(await later.do("mute", conversation)).toMatchObject([{ conversation, muted: expect.any(Number) }]);
});

it("messages that expire go on both sides when they were read, and from the index", { timeout }, async () => {
  await using they = await pair();
  const { alice, bob, conversation } = they;
  const { message } = await alice.askOne("send", conversation, "evanescent", "--expires", "1");
  const gone = (event: Fields) => event["event"] === "message-gone" && event["message"] === message;
  expect(await bob.message("evanescent")).toMatchObject({ message, expiresAt: null });
  await alice.heard(gone, "the message to be gone where it was sent");
  // Nobody has read it yet.
  expect(await bob.ask("search", "evanescent")).toMatchObject([{ message }]);
  expect(await read(bob, conversation)).toMatchObject([{ text: "hello" }, { message }]);
  await bob.heard(gone, "the message to be gone where it was read");
  for (const person of [alice, bob]) {
    expect(await person.ask("search", "evanescent")).toEqual([]);
    expect(await read(person, conversation)).toMatchObject([{ text: "hello" }]);
  }
});

it("search finds words, beginnings, accents and CJK, in one conversation or all", { timeout }, async () => {
  await using they = await pair();
  const { alice, bob, conversation } = they;
  await using other = world.person(`other_of_${they.a}`).rpc();
  await other.ask("register", `other_of_${they.a}`);
  const elsewhere = await alice.askOne("send", `@other_of_${they.a}`, "crème elsewhere");
  for (const text of ["Crème brûlée", "我爱北京天安门", "plain words"]) {
    await alice.ask("send", conversation, text);
    await bob.message(text);
  }
  const find = async (person: Rpc, ...words: string[]) =>
    (await person.ask("search", ...words)).map(({ text }) => text);
  expect(await find(bob, "creme bru")).toEqual(["Crème brûlée"]);
  expect(await find(bob, "北京")).toEqual(["我爱北京天安门"]);
  expect(await find(alice, "CREME")).toEqual(["Crème brûlée", "crème elsewhere"]);
  expect(await find(alice, "creme", "--in", String(elsewhere["conversation"]))).toEqual(["crème elsewhere"]);
  expect(await find(alice, "creme", "--limit", "1")).toEqual(["Crème brûlée"]);
  expect(await find(alice, '" OR *')).toEqual([]);
});

it("people read reactions, edits, quotes and deletions in words", { timeout }, async () => {
  await using they = await pair();
  const { alice, bob, a, b, conversation } = they;
  const first = await alice.askOne("send", conversation, "shall we?");
  await bob.message("shall we?");
  await bob.ask("send", conversation, "yes", "--reply", String(first["message"]));
  await bob.ask("react", conversation, String(first["message"]), "👍");
  await alice.ask("edit", conversation, String(first["message"]), "shall we go?");
  const second = await alice.askOne("send", conversation, "oops");
  await alice.ask("delete", conversation, String(second["message"]));
  await alice.ask("sync");
  await alice.end();
  const { lines } = await world.person(a).run("read", conversation, "--ids");
  const shown = lines.map((line) => line.replace(/^\d\d:\d\d /, "").replace(/ (read by @\w+|delivered)/, ""));
  const id = (message: unknown) => String(message).slice(0, 10);
  expect(shown).toContain(`@${a}: shall we go? edited 👍 @${b} ${id(first["message"])}`);
  expect(shown).toContain(`      > @${a}: shall we go?`);
  expect(shown).toContain(`@${a}: (deleted) ${id(second["message"])}`);
});
