import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { told } from "@redoubt/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { meet, WebWorld } from "./web-world.js";

let web: WebWorld;

beforeAll(async () => {
  web = await WebWorld.start();
}, 60_000);

afterAll(async () => {
  await web[Symbol.asyncDispose]();
});

it("a passphrase locks the home: without it nothing is answered, and it can be changed and taken away", async () => {
  await using profile = await web.profile();
  let page = await profile.open();
  const codes = (passphrase: string) =>
    page.evaluate(
      (given) =>
        redoubt.client.home.unlock(given).then(
          () => "done",
          (error: { code: string }) => error.code,
        ),
      passphrase,
    );
  const whoami = () =>
    page.evaluate(() =>
      redoubt.client.whoami().then(
        ({ username }) => username,
        (error: { code: string }) => error.code,
      ),
    );
  await page.evaluate(() => redoubt.client.register("raven"));
  await page.evaluate(() => redoubt.client.home.setPassphrase(undefined, "open sesame"));
  expect(await page.evaluate(() => redoubt.client.home.isLockable())).toBe(true);
  await page.close();
  page = await profile.open();
  expect(await whoami()).toBe("passphrase-needed");
  expect(await page.evaluate(() => redoubt.client.home.state())).toEqual({ kind: "locked" });
  expect(await codes("open barley")).toBe("wrong-passphrase");
  expect(await codes("open sesame")).toBe("done");
  expect(await whoami()).toBe("raven");
  await page.evaluate(() => redoubt.client.home.setPassphrase("open sesame", undefined));
  await page.close();
  page = await profile.open();
  expect(await whoami()).toBe("raven");
}, 60_000);

it("what the browser has cleared is told, in an open tab and when it is loaded again, and never taken for a new start", async () => {
  await using profile = await web.profile();
  const page = await profile.open();
  await page.evaluate(() => redoubt.client.register("finch"));
  await page.evaluate(async () => {
    const key = indexedDB.deleteDatabase("redoubt-key");
    await new Promise((resolve) => {
      key.onsuccess = resolve;
    });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.waitForFunction(() => redoubt.client.home.state().kind === "failed");
  const state = await page.evaluate(() => redoubt.client.home.state());
  expect(state).toMatchObject({ error: { code: "storage-cleared" } });
  if (state.kind === "failed") told(`${state.error.code} ${state.error.message}`);
  await page.reload();
  await page.waitForFunction(() => "redoubt" in globalThis);
  const refused = await page.evaluate(() => redoubt.client.whoami().catch(({ code }) => code));
  expect(refused).toBe("storage-cleared");
  // Only whoever says so begins anew.
  await page.evaluate(() => redoubt.client.home.erase());
  expect(await page.evaluate(() => redoubt.client.whoami().catch(({ code }) => code))).toBe("not-registered");
  await page.evaluate(() => redoubt.client.register("finch2"));
}, 60_000);

it("a browser that cannot keep an encrypted store is told so, before anything could be lost", async () => {
  await using profile = await web.profile();
  await profile.context.addInitScript(() => {
    Reflect.deleteProperty(Navigator.prototype, "locks");
  });
  const page = await profile.open();
  const state = await page.evaluate(() => redoubt.client.home.state());
  expect(state).toMatchObject({ kind: "failed", error: { code: "unsupported-browser" } });
  if (state.kind === "failed") told(`${state.error.code} ${state.error.message}`);
  expect(await page.evaluate(() => redoubt.client.whoami().catch(({ code }) => code))).toBe("unsupported-browser");
  expect(page.workers()).toEqual([]);
}, 60_000);

it("20 MB go both ways, with progress, and an upload can be given up", async () => {
  await using profile = await web.profile();
  const page = await profile.open();
  await page.evaluate(() => redoubt.client.register("crane"));
  const eider = await web.shellPerson("eider");
  const conversation = await meet(page, eider);
  const sent = await page.evaluate(async (id) => {
    const bytes = new Uint8Array(20_000_000);
    for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
    const digest = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].join(" ");
    const blob = new Blob([bytes]);
    const steps: number[] = [];
    const source = {
      name: "birds.bin",
      type: "application/octet-stream",
      size: blob.size,
      handle: "birds",
      blob,
      read: () => Promise.reject(new Error("the engine reads for itself")),
      close: async () => undefined,
    };
    const { message, state } = await redoubt.client.send(id, "", {
      attachments: [source],
      wait: 60_000,
      onProgress: ({ done }) => steps.push(done),
    });
    return { digest, steps: steps.length, message, state };
  }, conversation);
  expect(sent.state).toBe("sent");
  expect(sent.steps).toBeGreaterThan(2);
  const saved = web.world.folder.at("saved.bin");
  await eider.do("sync");
  await eider.do("save", conversation, sent.message, saved);
  const digestOf = (bytes: Uint8Array) => [...createHash("sha256").update(bytes).digest()].join(" ");
  expect(digestOf(await readFile(saved))).toBe(sent.digest);

  const bytes = randomBytes(20_000_000);
  const file = web.world.folder.at("eggs.bin");
  await writeFile(file, bytes);
  await eider.do("send", conversation, "eggs", "--file", file);
  await page.waitForFunction(() =>
    redoubt.told.some((event) => event.kind === "message" && event.message.attachments.length > 0),
  );
  const got = await page.evaluate(async (id) => {
    const messages = await redoubt.client.read(id);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    const steps: number[] = [];
    const sink = {
      place: "memory",
      begin: async () => 0,
      write: async (chunk: Uint8Array) => void chunks.push(new Uint8Array(chunk)),
      flush: async () => undefined,
      finish: async () => undefined,
      close: async () => undefined,
    };
    await redoubt.client.save(id, messages.at(-1)!.message, sink, { onProgress: ({ done }) => steps.push(done) });
    const whole = await new Blob(chunks).arrayBuffer();
    const digest = [...new Uint8Array(await crypto.subtle.digest("SHA-256", whole))].join(" ");
    return { digest, steps: steps.length };
  }, conversation);
  expect(got.digest).toBe(digestOf(bytes));
  expect(got.steps).toBeGreaterThan(2);

  const givenUp = await page.evaluate(async (id) => {
    const abort = new AbortController();
    const source = {
      name: "more.bin",
      type: "application/octet-stream",
      size: 30_000_000,
      handle: "more",
      read: async (_: number, length: number) => new Uint8Array(length),
      close: async () => undefined,
    };
    const sending = redoubt.client.send(id, "", {
      attachments: [source],
      wait: 60_000,
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    return sending.then(
      () => "done",
      (error: { code: string }) => error.code,
    );
  }, conversation);
  expect(givenUp).toBe("cancelled");
}, 120_000);
