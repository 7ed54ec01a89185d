import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildPrograms, type Fields, type Person, type Rpc, TcpProxy, World } from "@redoubt/testkit";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(buildPrograms, 120_000);

const mebi = 1024 * 1024;
const hashOf = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

/** A file of random bytes in the world's folder. */
function makeFile(world: World, name: string, size: number): string {
  const file = world.folder.at(name);
  writeFileSync(file, randomBytes(size));
  return file;
}

/** Two people with an accepted conversation between them. */
async function twoPeople(world: World, relayOfBob?: string) {
  const [alice, bob] = [world.person("alice"), world.person("bob", relayOfBob)];
  await alice.do("register", "alice");
  await bob.do("register", "bob");
  const [sent] = await alice.do("send", "@bob", "hello");
  await bob.do("sync");
  const conversation = String(sent?.["conversation"]);
  await bob.do("accept", conversation);
  return { alice, bob, conversation };
}

/** The files in which the relay keeps blobs. */
function blobFiles(world: World): string[] {
  const folder = world.folder.at("relay", "blobs");
  return readdirSync(folder).flatMap((shard) => {
    return readdirSync(path.join(folder, shard)).map((name) => path.join(folder, shard, name));
  });
}

/** The newest message with a file. */
async function newestFile(person: Person, conversation: string): Promise<Fields> {
  const messages = await person.do("read", conversation);
  const message = messages.findLast(({ attachments }) => (attachments as unknown[]).length > 0);
  if (message === undefined) throw new Error("no message with a file");
  return message;
}

/** Settles once so many bytes of a file have gone, or come. */
function moved(rpc: Rpc, direction: "up" | "down", least: number): Promise<Fields> {
  const matches = ({ event, direction: way, done }: Fields) =>
    event === "transfer" && way === direction && Number(done) >= least;
  return rpc.heard(matches, `${least} bytes ${direction}`);
}

describe("files", () => {
  it("of 50 MB go both ways and arrive as they were", { timeout: 300_000 }, async () => {
    await using world = await World.start();
    const { alice, bob, conversation } = await twoPeople(world);
    const file = makeFile(world, "Ferien in Zürich.bin", 50_000_000);
    for (const [from, to] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      const [sent] = await from.do("send", conversation, `from ${from.name}`, "--file", file);
      expect(sent).toMatchObject({ state: "sent" });
      await to.do("sync");
      const message = await newestFile(to, conversation);
      expect(message).toMatchObject({
        text: `from ${from.name}`,
        attachments: [{ name: "Ferien in Zürich.bin", type: "application/octet-stream", size: 50_000_000 }],
      });
      const saved = world.folder.at(`saved by ${to.name}`);
      await to.do("save", conversation, String(message["message"]), saved);
      expect(hashOf(saved)).toBe(hashOf(file));
      expect(existsSync(`${saved}.part`)).toBe(false);
      // What is there is never overwritten, and nothing of it is touched.
      const again = await to.run("--json", "save", conversation, String(message["message"]), saved);
      expect([again.status, JSON.parse(again.errors).error.code]).toEqual([1, "file-exists"]);
      expect(hashOf(saved)).toBe(hashOf(file));
    }
  });

  it("go on after a SIGKILL of who sends, of the relay, and of who saves", { timeout: 300_000 }, async () => {
    await using world = await World.start();
    const { alice, bob, conversation } = await twoPeople(world);
    const file = makeFile(world, "large.bin", 50_000_000);

    const sender = alice.rpc();
    sender.ask("send", conversation, "resumed", "--file", file).catch(() => undefined);
    await moved(sender, "up", 8 * mebi);
    await sender.kill();

    await using second = alice.rpc();
    await moved(second, "up", 12 * mebi);
    // A text that is written later does not wait for the file.
    expect(await second.askOne("send", conversation, "later")).toMatchObject({ state: "sent" });
    await moved(second, "up", 24 * mebi);
    await world.relay.stop("SIGKILL");
    await world.relay.startAgain();
    const uploaded = await second.heard(({ event, state }) => event === "transfer" && state === "complete", "complete");
    expect(uploaded["done"]).toBe(50_000_000);
    const first = second.events.find(({ event, direction }) => event === "transfer" && direction === "up");
    expect(Number(first?.["done"])).toBeGreaterThanOrEqual(8 * mebi);
    await second.askOne("sync", "--wait", "30");

    await bob.do("sync");
    const texts = (await bob.do("read", conversation)).map(({ text }) => text);
    expect(texts).toEqual(["hello", "later", "resumed"]);
    const message = String((await newestFile(bob, conversation))["message"]);
    const saved = world.folder.at("saved");
    const saver = bob.rpc();
    saver.ask("save", conversation, message, saved).catch(() => undefined);
    await moved(saver, "down", 12 * mebi);
    await saver.kill();
    expect(existsSync(saved)).toBe(false);
    const came = statSync(`${saved}.part`).size;
    expect(came).toBeGreaterThanOrEqual(12 * mebi);

    await using last = bob.rpc();
    await last.ask("save", conversation, message, saved);
    const resumedAt = last.events.find(({ event }) => event === "transfer");
    expect(Number(resumedAt?.["done"])).toBeGreaterThanOrEqual(12 * mebi);
    expect(hashOf(saved)).toBe(hashOf(file));
  });

  it("go through a network that is slow and cut", { timeout: 300_000 }, async () => {
    await using world = await World.start();
    await using proxy = await TcpProxy.start(world.relay.url);
    const alice = world.person("alice", proxy.url);
    const bob = world.person("bob");
    await alice.do("register", "alice");
    await bob.do("register", "bob");
    const file = makeFile(world, "cut.bin", 30_000_000);
    await using sender = alice.rpc();
    await sender.ask("send", "@bob", "hello");
    const sent = sender.askOne("send", "@bob", "cut", "--file", file);
    for (const part of [4, 12, 20]) {
      await moved(sender, "up", part * mebi);
      proxy.cutAll();
      for (const connection of proxy.connections.slice(-1)) connection.delay("up", 5);
    }
    expect(await sent).toMatchObject({ state: "sent" });
    await bob.do("sync");
    const [request] = await bob.do("requests");
    const conversation = String(request?.["conversation"]);
    await bob.do("accept", conversation);
    const message = await newestFile(bob, conversation);
    const saved = world.folder.at("saved");
    await bob.do("save", conversation, String(message["message"]), saved);
    expect(hashOf(saved)).toBe(hashOf(file));
  });

  it("that change before all of them is sent fail their message with the reason", { timeout: 180_000 }, async () => {
    await using world = await World.start();
    const { alice, bob, conversation } = await twoPeople(world);
    const file = makeFile(world, "changing.bin", 30_000_000);
    const sender = alice.rpc();
    sender.ask("send", conversation, "never", "--file", file).catch(() => undefined);
    await moved(sender, "up", 4 * mebi);
    await sender.kill();
    writeFileSync(file, randomBytes(30_000_000));
    await alice.do("sync");
    const messages = await alice.do("read", conversation);
    expect(messages.at(-1)).toMatchObject({ text: "never", state: "failed" });
    await bob.do("sync");
    expect((await bob.do("read", conversation)).map(({ text }) => text)).toEqual(["hello"]);
  });

  it("that a full relay has no room for wait, and go out once there is room", { timeout: 180_000 }, async () => {
    await using world = await World.start("--max-storage", String(8_000_000));
    const { alice, bob, conversation } = await twoPeople(world);
    const file = makeFile(world, "large.bin", 10_000_000);
    await using sender = alice.rpc();
    const sent = await sender.askOne("send", conversation, "large", "--file", file);
    expect(sent).toMatchObject({ state: "queued" });
    const waiting = await sender.heard(({ state }) => state === "waiting", "why the file waits");
    expect(waiting).toMatchObject({ event: "transfer", reason: "storage-full" });
    // Messages have room of their own.
    expect(await sender.askOne("send", conversation, "small")).toMatchObject({ state: "sent" });
    await world.relay.stop("SIGTERM");
    await world.relay.startAgain(["--max-storage", String(100_000_000)]);
    expect(await sender.askOne("sync", "--wait", "60")).toMatchObject({ pending: 0 });
    await bob.do("sync");
    const message = await newestFile(bob, conversation);
    const saved = world.folder.at("saved");
    await bob.do("save", conversation, String(message["message"]), saved);
    expect(hashOf(saved)).toBe(hashOf(file));
  });

  it("that were altered on the relay are named as that, and never saved", { timeout: 180_000 }, async () => {
    await using world = await World.start();
    const { alice, bob, conversation } = await twoPeople(world);
    await alice.do("send", conversation, "", "--file", makeFile(world, "small.bin", 100_000));
    await bob.do("sync");
    const message = String((await newestFile(bob, conversation))["message"]);
    const [blob] = blobFiles(world);
    const bytes = readFileSync(blob as string);
    const saved = world.folder.at("saved");
    const codeOf = async () => {
      const { status, errors } = await bob.run("--json", "save", conversation, message, saved);
      return status === 0 ? "saved" : JSON.parse(errors).error.code;
    };
    writeFileSync(blob as string, bytes.with(70_000, (bytes[70_000] as number) ^ 1));
    expect(await codeOf()).toBe("altered-file");
    expect(existsSync(saved)).toBe(false);
    writeFileSync(blob as string, bytes);
    expect(await codeOf()).toBe("saved");
  });
});
