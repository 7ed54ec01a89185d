import { buildPrograms, RpcError } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";
import { accept, agreed, Crowd, namesOf, type Somebody } from "./crowd.js";

beforeAll(buildPrograms, 120_000);

/** Each change is cut off at each moment so often. */
const rounds = process.env["REDOUBT_LONG"] === "1" ? 5 : 1;

/** When the power goes: as the command is given, when another member has heard of it, when it was answered. */
const moments = ["given", "heard", "answered"] as const;

type Moment = (typeof moments)[number];

/** Gives a command and ends the process at that moment, then starts it again. @returns whether it was answered */
async function cutOff(who: Somebody, witness: Somebody, moment: Moment, words: readonly string[]): Promise<boolean> {
  const before = witness.rpc.events.length;
  const answer = who.ask("group", ...words).then(
    () => true,
    (error: unknown) => {
      if (error instanceof RpcError) throw error;
      return false;
    },
  );
  if (moment === "answered") await answer;
  if (moment === "heard") {
    await witness.rpc.heard((fields) => {
      return fields["event"] === "conversation" && witness.rpc.events.indexOf(fields) >= before;
    }, words.join(" "));
  }
  await who.die();
  who.rise();
  return answer;
}

it("whatever was done or queued when its process was killed is done once, and all agree", {
  timeout: 300_000,
}, async () => {
  await using crowd = await Crowd.start("alice", "bob", "carol", "dave");
  const [alice, bob, carol, dave] = crowd.all as [Somebody, Somebody, Somebody, Somebody];
  const conversation = await crowd.group("Mortals", [alice, bob, carol, dave]);
  await alice.change("role", conversation, "@bob", "owner");

  const info = async () => (await agreed([alice, bob], conversation)) as Awaited<ReturnType<typeof agreed>>;
  const isIn = async (name: string) => namesOf(await info()).includes(name);
  /** What was answered has to be so; what was not may have to be asked for again. */
  const demand = async (wasAnswered: boolean, isSo: () => Promise<boolean>, again: () => Promise<void>) => {
    if (!(await isSo())) {
      expect(wasAnswered).toBe(false);
      await again();
    }
    expect(await isSo()).toBe(true);
  };

  for (const moment of Array.from({ length: rounds }, () => moments).flat()) {
    const roleOf = async (name: string) => (await info()).members.find(({ username }) => username === name)?.role;
    const wish = (await roleOf("carol")) === "admin" ? "member" : "admin";
    for (const [who, witness, words, isSo] of [
      [alice, bob, ["role", conversation, "@carol", wish], async () => (await roleOf("carol")) === wish],
      [alice, bob, ["remove", conversation, "@carol"], async () => !(await isIn("carol"))],
      [bob, alice, ["add", conversation, "@carol"], () => isIn("carol")],
      [
        dave,
        alice,
        ["leave", conversation],
        async () => (await dave.ask("list")).some(({ state }) => state === "left"),
      ],
    ] as const) {
      await Promise.all([alice, bob, dave].map((member) => member.catchUp()));
      const wasAnswered = await cutOff(who, witness, moment, words);
      await demand(wasAnswered, isSo, () => who.change(...words));
    }
    await accept(carol, conversation);
    await dave.catchUp();
    expect(namesOf(await agreed([alice, bob, carol], conversation))).toEqual(["alice", "bob", "carol"]);
    await alice.change("add", conversation, "@dave");
    await accept(dave, conversation);
    await carol.ask("send", conversation, `after ${moment}`);
    await dave.rpc.message(`after ${moment}`);
  }
  expect(namesOf(await agreed([alice, bob, carol, dave], conversation))).toEqual(["alice", "bob", "carol", "dave"]);
});
