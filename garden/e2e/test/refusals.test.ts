import { type CborValue, decodeCbor, encodeCbor } from "@redoubt/base";
import type { Platform } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";
import { expect, it } from "vitest";
import { GroupWorld } from "./groups/group-world.js";

/** Answers of a relay to some operation that say something else. */
function answering(op: string, other: (result: CborValue[]) => CborValue): Platform {
  return {
    ...nodePlatform,
    openSocket(url, { message, closed }) {
      const asked = new Set<CborValue>();
      const socket = nodePlatform.openSocket(url, {
        message(bytes) {
          const said = decodeCbor(bytes.slice()) as CborValue[];
          const [id, isResult, result] = said;
          const isAsked = id !== undefined && asked.delete(id) && isResult === true;
          message(isAsked ? encodeCbor([id, true, other(result as CborValue[])]) : bytes);
        },
        closed,
      });
      return {
        send(frame) {
          const [id, name] = decodeCbor(frame.slice()) as [number, string];
          if (name === op) asked.add(id);
          socket.send(frame);
        },
        close: () => socket.close(),
      };
    },
  };
}

const code = (expected: string) => expect.objectContaining({ code: expected });

it("a relay that answers with another account than was asked for is not believed", async () => {
  await using world = await GroupWorld.start();
  await world.registered("mallory");
  let chain: CborValue | undefined;
  const platform = answering("lookup", (result) => {
    chain ??= result;
    return chain;
  });
  const alice = await world.registered("alice", platform);
  await world.registered("bob");
  await alice.client.directWith("mallory");
  await expect(alice.client.directWith("bob")).rejects.toEqual(code("wrong-account"));
  expect(alice.client.contacts().map(({ username }) => username)).not.toContain("bob");
});

it("who has no device to write to is told as that", async () => {
  await using world = await GroupWorld.start();
  await world.registered("bob");
  const alice = await world.registered(
    "alice",
    answering("take-key-packages", () => []),
  );
  await expect(alice.client.directWith("bob")).rejects.toEqual(code("no-devices"));
});

it("files that there are not, or are too large, are refused, and what was written stays", async () => {
  await using world = await GroupWorld.start();
  const alice = await world.registered("alice");
  await world.registered("bob");
  const direct = await alice.client.directWith("bob");
  const { message } = await alice.client.send(direct, "no file here");
  const sink = {
    place: "nowhere",
    begin: async () => 0,
    write: async () => undefined,
    flush: async () => undefined,
    finish: async () => undefined,
    close: async () => undefined,
  };
  await expect(alice.client.save(direct, message, sink)).rejects.toEqual(code("no-attachment"));
  const file = (size: number) => ({
    name: "film",
    type: "video/mp4",
    size,
    handle: "film",
    read: async (_offset: number, length: number) => new Uint8Array(length),
    close: async () => undefined,
  });
  const tooLarge = alice.client.send(direct, "", { attachments: [file(2 ** 32)] });
  await expect(tooLarge).rejects.toEqual(code("file-too-large"));
  await world.offline(alice);
  const offline = world.back(alice, {
    ...nodePlatform,
    sendHttp: () => ({ answer: Promise.reject(new Error("no network")), abort: () => undefined }),
  });
  const sent = await offline.client.send(direct, "later", { attachments: [file(1_000_000)], wait: 0 });
  await world.offline(offline);
  // Nobody can open it again: the file's device is gone.
  const again = world.back(offline);
  await again.client.sync();
  const failed = again.client.read(direct).find((one) => one.message === sent.message);
  expect([failed?.state, failed?.reason, failed?.text]).toEqual(["failed", "file-gone", "later"]);
});
