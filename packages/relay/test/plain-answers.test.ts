import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestRelay } from "./test-relay.js";

describe("what the relay answers beside its contract", () => {
  let relay: TestRelay;
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "redoubt-web-"));
    mkdirSync(path.join(folder, "web"));
    writeFileSync(path.join(folder, "web", "index.html"), "<title>Redoubt</title>");
    writeFileSync(path.join(folder, "secret.txt"), "beside the web folder");
    relay = await TestRelay.start({ web: { folder: path.join(folder, "web"), connect: [] } });
  });
  afterEach(async () => {
    await relay[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  async function answerTo(path: string, init?: RequestInit): Promise<{ status: number; text: string }> {
    const response = await fetch(`${relay.relay.url}${path}`, init);
    return { status: response.status, text: await response.text() };
  }

  it("names neither what was asked for nor what it is made of", async () => {
    const nothing = { status: 404, text: "Not Found\n" };
    expect(await answerTo("/nothing-of-that-name")).toEqual(nothing);
    expect(await answerTo("/healthz", { method: "DELETE" })).toEqual(nothing);
    const malformed = { status: 400, text: "Bad Request\n" };
    expect(await answerTo("/%ff%fe")).toEqual(malformed);
    expect(
      await answerTo("/healthz", { method: "POST", body: "{", headers: { "content-type": "application/json" } }),
    ).toEqual(malformed);
  });

  it("serves nothing that lies beside the web folder", async () => {
    expect(await answerTo("/")).toEqual({ status: 200, text: "<title>Redoubt</title>" });
    for (const path of ["/%2e%2e%2fsecret.txt", "/..%5csecret.txt", "/index.html/..%2f..%2fsecret.txt"]) {
      const { text } = await answerTo(path);
      expect(text).not.toContain("beside the web folder");
    }
  });
});
