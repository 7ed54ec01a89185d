import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TestRelay } from "./test-relay.js";

const folder = mkdtempSync(path.join(tmpdir(), "redoubt-web-"));
const script = "console.log(1);";
let relay: TestRelay;

beforeAll(async () => {
  mkdirSync(path.join(folder, "assets"));
  writeFileSync(path.join(folder, "index.html"), "<!doctype html>");
  writeFileSync(path.join(folder, "assets", "main-0a1b.js"), script);
  writeFileSync(path.join(folder, "assets", "main-0a1b.js.br"), brotliCompressSync(script));
  relay = await TestRelay.start({ web: { folder, connect: ["https://other.example"] } });
});

afterAll(async () => {
  await relay[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const get = (place: string, headers: Record<string, string> = {}) => fetch(`${relay.relay.url}${place}`, { headers });

it("serves the app under a policy that lets no other script run and no other origin be asked", async () => {
  for (const place of ["/", "/assets/main-0a1b.js"]) {
    const { status, headers } = await get(place);
    expect(status).toBe(200);
    const policy = new Map(
      (headers.get("content-security-policy") ?? "").split("; ").map((rule) => {
        const [name = "", ...values] = rule.split(" ");
        return [name, values.join(" ")];
      }),
    );
    expect(policy.get("default-src")).toBe("'none'");
    expect(policy.get("script-src")).toBe("'self' 'wasm-unsafe-eval'");
    expect(policy.get("style-src")).toBe("'self'");
    expect(policy.get("connect-src")).toBe("'self' https://other.example wss://other.example");
    expect(policy.get("frame-ancestors")).toBe("'none'");
    expect(policy.get("require-trusted-types-for")).toBe("'script'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
  }
});

it("lets what is named by its content be kept for good, and has everything else asked for anew", async () => {
  expect((await get("/assets/main-0a1b.js")).headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect((await get("/")).headers.get("cache-control")).toBe("no-cache");
});

it("sends what lies there compressed to those who take it", async () => {
  const compressed = await get("/assets/main-0a1b.js", { "accept-encoding": "br" });
  expect(compressed.headers.get("content-encoding")).toBe("br");
  expect(compressed.headers.get("content-type")).toContain("javascript");
  expect(await compressed.text()).toBe(script);
  const plain = await get("/assets/main-0a1b.js", { "accept-encoding": "identity" });
  expect(plain.headers.get("content-encoding")).toBeNull();
  expect(await plain.text()).toBe(script);
});

it("serves nothing beside the folder, and leaves the relay's own places as they are", async () => {
  expect((await get("/..%2f..%2fetc/passwd")).status).toBeGreaterThanOrEqual(400);
  expect((await get("/nothing-here")).status).toBe(404);
  expect(await (await get("/healthz")).text()).toBe("ok\n");
});
