import { buildPrograms, RelayProcess } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";
import { agreed, Crowd, type Somebody } from "./crowd.js";

beforeAll(buildPrograms, 120_000);

it("a group moves to another relay: talking goes on there, and who was away follows", {
  timeout: 240_000,
}, async () => {
  await using crowd = await Crowd.start("alice", "bob", "carol");
  const [alice, bob, carol] = crowd.all as [Somebody, Somebody, Somebody];
  await using other = await RelayProcess.start({ data: crowd.world.folder.at("other-relay") });
  const conversation = await crowd.group("Movers", crowd.all);
  await alice.ask("send", conversation, "at the old place");
  await Promise.all([bob.rpc.message("at the old place"), carol.catchUp()]);
  expect(await bob.refusal("group", "move", conversation, other.url)).toBe("not-allowed");

  await carol.rpc.end();
  expect(await alice.askOne("group", "move", conversation, other.url)).toEqual({ conversation, state: "done" });
  await bob.catchUp();
  await bob.ask("send", conversation, "at the new place");
  await alice.rpc.message("at the new place");

  // Only who was away looks there again.
  carol.rise();
  expect(await agreed(crowd.all, conversation)).toMatchObject({ relay: other.url });
  await carol.ask("send", conversation, "found you");
  await Promise.all([alice.rpc.message("found you"), bob.rpc.message("found you")]);
  await alice.change("rename", conversation, "Moved");
  await agreed(crowd.all, conversation);
  const texts = ["alice: at the old place", "bob: at the new place", "carol: found you"];
  for (const member of crowd.all) expect(await member.texts(conversation), member.name).toEqual(texts);
});
