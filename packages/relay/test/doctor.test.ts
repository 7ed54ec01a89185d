import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { openBlobFiles, openSqliteStore } from "@redoubt/relay-store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkClock, checkNode } from "../src/doctor/machine-checks.js";
import { checkTlsFiles } from "../src/doctor/tls-checks.js";
import { checkProxy } from "../src/doctor/url-checks.js";
import { createLogger, type Examined, examineRelay, type Finding, startRelay } from "../src/index.js";

const tls = {
  cert: fileURLToPath(new URL("../../../garden/e2e/test/tls/cert.pem", import.meta.url)),
  key: fileURLToPath(new URL("../../../garden/e2e/test/tls/key.pem", import.meta.url)),
};
const id = (fill: number) => new Uint8Array(32).fill(fill);
const dayMs = 86_400_000;

let data: string;
beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), "redoubt-doctor-"));
});
afterEach(() => rmSync(data, { recursive: true }));

async function findings(options: Partial<Examined> = {}): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  const nothing = { publicUrl: undefined, tls: undefined, maxStorage: 10_000_000, trustProxy: false };
  for await (const one of examineRelay({ data, ...nothing, registration: "open", ...options })) found.push(one);
  return found;
}

/** What is not as it should be. */
async function complaints(options: Partial<Examined> = {}): Promise<readonly string[]> {
  const bad = (await findings(options)).filter(({ status, check }) => status !== "ok" && check !== "open files");
  for (const { advice } of bad) expect(advice).toMatch(/\w/);
  return bad.map(({ status, check, says }) => `${status} ${check}: ${says}`);
}

function start(options: { readonly tls?: typeof tls } = {}) {
  const logger = createLogger({ write: () => {} });
  return startRelay({ data, host: "127.0.0.1", port: 0, registration: "open", trustProxy: false, logger, ...options });
}

/** A folder in which one file of two has lost bytes, and one is nobody's. */
async function withLostFiles(): Promise<void> {
  const store = openSqliteStore({ folder: data });
  const files = openBlobFiles(path.join(data, "blobs"), Date.now);
  for (const fill of [1, 2, 3]) {
    const writer = await files.openWriter(id(fill), 0);
    await writer.write(id(0));
    await writer.sync();
    await writer.close();
    if (fill === 3) continue;
    store.transaction(() => {
      store.blobs.create(id(fill), 32, 1);
      store.blobs.setReceived(id(fill), 32, 1);
    });
  }
  store.scrub();
  store.close();
  await files.remove(id(1));
}

describe("the doctor", () => {
  it("finds nothing wrong with a relay that runs, and none with one that is stopped", async () => {
    const relay = await start();
    const running = await findings({ publicUrl: relay.url });
    expect(running.filter(({ status }) => status === "fail")).toEqual([]);
    const names = [
      "relay",
      "health",
      "named socket",
      "anonymous socket",
      "addresses",
      "registration",
      "schema",
      "disk",
    ];
    expect(running.map(({ check }) => check)).toEqual(expect.arrayContaining(names));
    expect(running.find(({ check }) => check === "relay")?.says).toContain("is running");
    await relay.stop();
    expect(await complaints()).toEqual([]);
  });

  it("says when the folder is not there, empty, or half restored", async () => {
    expect(await complaints({ data: path.join(data, "none") })).toEqual(["fail folder: There is no such folder"]);
    expect(await complaints()).toEqual(["fail database: There is no relay's database in the folder"]);
    expect(readdirSync(data)).toEqual([]);
    mkdirSync(path.join(data, "restoring"), { mode: 0o700 });
    expect(await complaints()).toEqual([expect.stringMatching(/^fail database: A backup was not restored/)]);
  });

  it("says when others may look in, when the database is damaged or too new, when files have lost bytes", async () => {
    await withLostFiles();
    expect(await complaints()).toEqual([expect.stringContaining("fail files: 1 of 2 files of people have lost bytes")]);
    chmodSync(data, 0o755);
    expect(await complaints()).toContainEqual(expect.stringMatching(/^fail modes: Others may look into: \./));
    chmodSync(data, 0o700);
    const file = path.join(data, "relay.db");
    const bytes = readFileSync(file);
    for (const name of ["relay.db-wal", "relay.db-shm"]) rmSync(path.join(data, name), { force: true });
    // The user version, in the header.
    writeFileSync(file, Buffer.from(bytes).fill(9, 60, 64));
    expect(await complaints()).toContainEqual(
      expect.stringMatching(/^fail schema: version \d+, and this program knows/),
    );
    writeFileSync(file, Buffer.from(bytes).fill(0xff, 4_096, 12_288));
    expect(await complaints()).toContainEqual(expect.stringMatching(/^fail database: /));
  });

  it("says when files are nobody's, when the disk has no bound", async () => {
    await withLostFiles();
    const store = openSqliteStore({ folder: data });
    store.transaction(() => store.blobs.remove(id(1)));
    store.close();
    expect(await complaints({ maxStorage: undefined })).toEqual([
      "warn files: 1 files of people; 1 more that nothing speaks of",
      expect.stringMatching(/^warn disk: .* no --max-storage/),
    ]);
  });

  it("says when nothing, or something else, answers at the public address", async () => {
    openSqliteStore({ folder: data }).close();
    expect(await complaints({ publicUrl: "http://127.0.0.1:9" })).toEqual([
      "fail health: http://127.0.0.1:9/healthz: nothing answers",
    ]);
    // A proxy that passes requests and no upgrades.
    const server = createServer((request, response) => {
      response.writeHead(request.url === "/healthz" ? 200 : 404).end(request.url === "/healthz" ? "ok\n" : "");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await complaints({ publicUrl })).toEqual([
      "fail named socket: It does not open",
      "fail anonymous socket: It does not open",
    ]);
    await new Promise((resolve) => server.close(resolve));
  });

  it("says when people are shown a certificate that they cannot trust", async () => {
    await using relay = await start({ tls });
    expect(await complaints({ publicUrl: relay.url, tls })).toContainEqual(
      expect.stringMatching(/^fail certificate: It is not trusted: /),
    );
  });
});

describe("what the doctor says of", () => {
  it("the proxy in front: whose addresses count", () => {
    const of = (url: string, hasOwnTls: boolean, trustProxy: boolean) =>
      checkProxy(new URL(url), hasOwnTls, trustProxy).status;
    expect(of("https://relay.example", false, true)).toBe("ok");
    expect(of("https://relay.example", false, false)).toBe("fail");
    expect(of("https://relay.example", true, false)).toBe("ok");
    expect(of("https://relay.example", true, true)).toBe("fail");
    expect(of("http://127.0.0.1:8787", false, true)).toBe("fail");
  });

  it("a certificate and its key", async () => {
    const of = async (files: typeof tls, host: string | undefined, now: number) => {
      const found: string[] = [];
      for await (const { status, check } of checkTlsFiles(files, host, now)) {
        if (check !== "tls key" || status === "fail") found.push(`${status} ${check}`);
      }
      return found;
    };
    const now = Date.UTC(2027, 0, 1);
    expect(await of(tls, "localhost", now)).toEqual(["ok certificate"]);
    expect(await of(tls, "relay.example", now)).toEqual(["ok certificate", "fail certificate"]);
    expect(await of(tls, undefined, Date.UTC(2026, 0, 1))).toEqual(["fail certificate"]);
    expect(await of(tls, undefined, Date.UTC(2126, 9, 25))).toEqual(["warn certificate"]);
    expect(await of(tls, undefined, Date.UTC(2126, 11, 1))).toEqual(["fail certificate"]);
    expect(await of({ ...tls, key: tls.cert }, undefined, now)).toEqual(["fail tls key"]);
  });

  it("a clock that is behind, and Node's version", () => {
    const now = Date.UTC(2027, 0, 1);
    expect(checkClock(now, now / dayMs).status).toBe("ok");
    expect(checkClock(now, now / dayMs + 2)).toMatchObject({ status: "fail", says: expect.stringContaining("2 days") });
    expect(checkClock(0, undefined).status).toBe("fail");
    for (const version of ["20.19.0", "22.13.1", "24.0.0", "25.1.0"]) expect(checkNode(version).status).toBe("ok");
    for (const version of ["18.20.0", "20.18.1", "21.7.0", "22.12.0", "23.11.0"]) {
      expect(checkNode(version).status).toBe("fail");
    }
  });
});
