import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import path from "node:path";
import { blobHeaders, blobPath, limits } from "@redoubt/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask, BlobClient } from "./blob-client.js";
import { type LogKeys, newKey, newLog, random } from "./test-client.js";
import { TestRelay } from "./test-relay.js";

const day = 86_400_000;

describe("blobs", () => {
  let relay: TestRelay;
  let log: LogKeys;
  beforeEach(async () => {
    relay = await TestRelay.start();
    log = newLog();
    await (await relay.connect()).createLog(log);
  });
  afterEach(() => relay[Symbol.asyncDispose]());

  const newBlob = (length: number) => new BlobClient(() => relay.relay.url, log, length);
  const uploaded = async (bytes: Uint8Array) => {
    const blob = newBlob(bytes.length);
    await blob.create();
    expect((await blob.append(0, bytes as Uint8Array<ArrayBuffer>)).status).toBe(204);
    return blob;
  };
  const fileOf = (blob: BlobClient) => {
    const name = Buffer.from(blob.blobId).toString("hex");
    return path.join(relay.folder, "blobs", name.slice(0, 2), name);
  };

  it("are uploaded in parts and read whole, by tus's statuses and headers", async () => {
    const bytes = random(300_000) as Uint8Array<ArrayBuffer>;
    const blob = newBlob(bytes.length);
    const created = await blob.create();
    expect([created.status, created.headers.get("upload-offset")]).toEqual([201, "0"]);
    expect(created.headers.get("location")).toBe(new URL(blob.url).pathname);
    const first = await blob.append(0, bytes.subarray(0, 100_000));
    expect([first.status, first.headers.get("upload-offset")]).toEqual([204, "100000"]);
    const asked = await blob.offset();
    expect([asked.status, asked.headers.get("upload-offset"), asked.headers.get("upload-length")]).toEqual([
      200,
      "100000",
      "300000",
    ]);
    expect(asked.headers.get("cache-control")).toBe("no-store");
    expect((await blob.read()).code).toBe("unknown-blob");
    expect((await blob.append(100_000, bytes.subarray(100_000))).status).toBe(204);
    const read = await blob.read();
    expect(read.status).toBe(200);
    expect(Buffer.from(read.body).equals(bytes)).toBe(true);
  });

  it("are created once: again with the same length is the same upload, with another a conflict", async () => {
    const blob = newBlob(10);
    await blob.create();
    await blob.append(0, random(4) as Uint8Array<ArrayBuffer>);
    const again = await blob.create();
    expect([again.status, again.headers.get("upload-offset")]).toEqual([201, "4"]);
    const other = new BlobClient(() => relay.relay.url, log, 11, blob.blobId);
    expect(await other.create()).toMatchObject({ status: 409, code: "blob-exists" });
  });

  it("give any one range", async () => {
    const bytes = random(1_000);
    const blob = await uploaded(bytes);
    for (const [range, from, to] of [
      ["bytes=0-0", 0, 1],
      ["bytes=10-19", 10, 20],
      ["bytes=990-2000", 990, 1_000],
      ["bytes=900-", 900, 1_000],
      ["bytes=-7", 993, 1_000],
      ["bytes=-5000", 0, 1_000],
    ] as const) {
      const { status, headers, body } = await blob.read(range);
      expect([range, status, headers.get("content-range")]).toEqual([range, 206, `bytes ${from}-${to - 1}/1000`]);
      expect(body).toEqual(bytes.subarray(from, to));
    }
    for (const range of ["bytes=1000-", "bytes=5-4", "bytes=-0", "bytes=-", "bytes=0-1,3-4", "items=0-1", "bytes=a-"]) {
      const refused = await blob.read(range);
      expect([range, refused.code, refused.headers.get("content-range")]).toEqual([range, "bad-range", "bytes */1000"]);
    }
  });

  it("may be cached for ever and run nowhere", async () => {
    const { headers } = await (await uploaded(random(10))).read();
    expect(headers.get("cache-control")).toContain("immutable");
    expect(headers.get("content-type")).toBe("application/octet-stream");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("sandbox");
  });

  it("may be put from any page, without cookies", async () => {
    const answer = await ask(`${relay.relay.url}${blobPath}`, "OPTIONS", {
      origin: "https://elsewhere.example",
      "access-control-request-method": "PATCH",
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    expect(answer.headers.get("access-control-allow-headers")).toContain(blobHeaders.signature);
    expect(answer.headers.get("tus-version")).toBe("1.0.0");
    expect(answer.headers.get("tus-extension")).toBe("creation");
    expect(answer.headers.get("tus-max-size")).toBe(String(limits.blob));
    expect((await newBlob(10).offset()).headers.get("access-control-allow-origin")).toBe("*");
  });

  it("are put by who holds a write key of a log, and nobody else", async () => {
    const blob = newBlob(10);
    expect(await blob.create(blob.permit(newKey()))).toMatchObject({ status: 403, code: "bad-signature" });
    expect(await blob.create(blob.permit(log.write, 11))).toMatchObject({ code: "bad-signature" });
    const unknown = new BlobClient(() => relay.relay.url, newLog(), 10);
    expect(await unknown.create()).toMatchObject({ status: 403, code: "unknown-log" });
    const other = newBlob(10);
    expect(await blob.create(other.permit())).toMatchObject({ code: "bad-signature" });
    await blob.create();
    const bytes = random(10) as Uint8Array<ArrayBuffer>;
    expect(await blob.append(0, bytes, blob.permit(newKey()))).toMatchObject({ code: "bad-signature" });
    expect(await blob.append(0, bytes, other.permit())).toMatchObject({ code: "bad-signature" });
    expect((await blob.offset()).headers.get("upload-offset")).toBe("0");
  });

  it("are put no more by a write key that was retired", async () => {
    const blob = newBlob(10);
    await blob.create();
    const client = await relay.connect();
    await client.prove(log.logId, log.write);
    const next = newKey();
    await client.call("append", [log.logId, random(16), random(10), [next.publicKey, 0, true, 0]]);
    const bytes = random(10) as Uint8Array<ArrayBuffer>;
    expect(await blob.append(0, bytes)).toMatchObject({ code: "bad-signature" });
    expect((await blob.append(0, bytes, blob.permit(next))).status).toBe(204);
  });

  it("take no metadata, not even with a good signature", async () => {
    const answer = await newBlob(10).create({ "upload-metadata": "filename c2VjcmV0" });
    expect([answer.status, answer.code]).toEqual([400, "no-metadata"]);
  });

  it.each([
    ["no version of tus", { "tus-resumable": "" }],
    ["another version", { "tus-resumable": "0.2.2" }],
    ["no length", { "upload-length": "" }],
    ["a length that is none", { "upload-length": "1e3" }],
    ["a length with a sign", { "upload-length": "+10" }],
    ["a length of nothing", { "upload-length": "0" }],
    ["a length to come", { "upload-defer-length": "1" }],
    ["an id that is too short", { [blobHeaders.blob]: "AAAA" }],
    ["an id with bits left over", { [blobHeaders.blob]: `${"A".repeat(42)}B` }],
    ["an id with padding", { [blobHeaders.blob]: `${"A".repeat(43)}=` }],
    ["no log", { [blobHeaders.log]: "" }],
    ["a signature that is too long", { [blobHeaders.signature]: "A".repeat(90) }],
  ])("refuse a creation with %s", async (_name, headers) => {
    expect(await newBlob(10).create(headers)).toMatchObject({ status: 400, code: "malformed" });
  });

  it("are as long as allowed, and no longer", async () => {
    expect((await newBlob(limits.blob).create()).status).toBe(201);
    expect(await newBlob(limits.blob + 1).create()).toMatchObject({ status: 413, code: "too-large" });
  });

  it("refuse bytes at another place, beyond the end, or too many at once", async () => {
    const blob = newBlob(1_000);
    await blob.create();
    await blob.append(0, random(100) as Uint8Array<ArrayBuffer>);
    const ten = random(10) as Uint8Array<ArrayBuffer>;
    for (const offset of [0, 99, 101]) {
      expect(await blob.append(offset, ten)).toMatchObject({ status: 409, code: "blob-offset" });
    }
    expect(await blob.append(100, random(901) as Uint8Array<ArrayBuffer>)).toMatchObject({ code: "too-large" });
    expect(await blob.append(100, ten, { "content-type": "text/plain" })).toMatchObject({ code: "malformed" });
    expect(await blob.append(100, ten, { "upload-offset": "0x64" })).toMatchObject({ code: "malformed" });
    const large = newBlob(limits.blobPatch + 1);
    await large.create();
    const much = new Uint8Array(limits.blobPatch + 1);
    expect(await large.append(0, much)).toMatchObject({ status: 413, code: "too-large" });
    expect((await blob.offset()).headers.get("upload-offset")).toBe("100");
    expect(await newBlob(10).append(0, ten)).toMatchObject({ status: 404, code: "unknown-blob" });
    expect(await newBlob(10).offset()).toMatchObject({ status: 404, code: "unknown-blob" });
  });

  /** A PATCH whose connection stays open after some bytes. */
  const hanging = async (blob: BlobClient, offset: number, bytes: Uint8Array, declared: number) => {
    const headers = { ...blob.appendHeaders(offset), "content-length": String(declared) };
    const sent = request(blob.url, { method: "PATCH", headers });
    sent.on("error", () => {});
    await new Promise<void>((resolve) => sent.write(bytes, () => resolve()));
    return sent;
  };
  const offsetOf = async (blob: BlobClient) => Number((await blob.offset()).headers.get("upload-offset"));

  it("keep what came in before a connection broke, or before another one took the upload over", async () => {
    const bytes = random(100_000);
    const blob = newBlob(bytes.length);
    await blob.create();
    const broken = await hanging(blob, 0, bytes.subarray(0, 60_000), bytes.length);
    const isWritten = () => existsSync(fileOf(blob)) && readFileSync(fileOf(blob)).length === 60_000;
    await expect.poll(isWritten).toBe(true);
    const ended = new Promise((resolve) => broken.once("close", resolve));
    expect(await offsetOf(blob)).toBe(60_000);
    await ended;
    const cut = await hanging(blob, 60_000, bytes.subarray(60_000, 70_000), 40_000);
    await expect.poll(() => readFileSync(fileOf(blob)).length).toBe(70_000);
    cut.destroy();
    await expect.poll(() => offsetOf(blob)).toBe(70_000);
    await blob.append(70_000, bytes.subarray(70_000) as Uint8Array<ArrayBuffer>);
    expect(Buffer.from((await blob.read()).body).equals(bytes)).toBe(true);
  });

  it("go on at the acknowledged place after a restart, whatever else the file holds", async () => {
    const bytes = random(50_000);
    const blob = newBlob(bytes.length);
    await blob.create();
    await blob.append(0, bytes.subarray(0, 20_000) as Uint8Array<ArrayBuffer>);
    await relay.stop();
    // As if the relay had been killed after writing and before acknowledging.
    writeFileSync(fileOf(blob), Buffer.concat([bytes.subarray(0, 20_000), random(5_000)]));
    await relay.start();
    expect(await offsetOf(blob)).toBe(20_000);
    await blob.append(20_000, bytes.subarray(20_000) as Uint8Array<ArrayBuffer>);
    expect(Buffer.from((await blob.read()).body).equals(bytes)).toBe(true);
  });

  it("settle an upload that is under way when the relay stops", async () => {
    const blob = newBlob(100);
    await blob.create();
    await hanging(blob, 0, random(30), 100);
    await expect.poll(() => existsSync(fileOf(blob)) && readFileSync(fileOf(blob)).length === 30).toBe(true);
    await relay.stop();
    await relay.start();
    expect(await offsetOf(blob)).toBe(30);
  });

  it("expire: complete ones after 30 days, others a day after their last byte; files that nobody knows are removed", async () => {
    const [kept, half] = [await uploaded(random(10)), newBlob(10)];
    await half.create();
    await half.append(0, random(5) as Uint8Array<ArrayBuffer>);
    const orphan = path.join(relay.folder, "blobs", "ab", "ab".repeat(32));
    mkdirSync(path.dirname(orphan), { recursive: true });
    writeFileSync(orphan, "left behind");
    relay.now += day;
    await relay.relay.night();
    expect(existsSync(orphan)).toBe(false);
    expect(await offsetOf(half)).toBe(5);
    relay.now += day;
    await relay.relay.night();
    expect((await half.offset()).code).toBe("unknown-blob");
    relay.now += 28 * day;
    await relay.relay.night();
    expect((await kept.read()).status).toBe(200);
    relay.now += day;
    await relay.relay.night();
    expect(await kept.read()).toMatchObject({ status: 404, code: "unknown-blob" });
    const shards = path.join(relay.folder, "blobs");
    expect(readdirSync(shards).flatMap((shard) => readdirSync(path.join(shards, shard)))).toEqual([]);
  });

  it("are limited by log and day", async () => {
    await using limited = await TestRelay.start({ blobBytesPerLogAndDay: 100 });
    await (await limited.connect()).createLog(log);
    const other = newLog();
    await (await limited.connect()).createLog(other);
    const create = (keys: LogKeys, length: number) => new BlobClient(() => limited.relay.url, keys, length).create();
    const first = new BlobClient(() => limited.relay.url, log, 60);
    expect((await first.create()).status).toBe(201);
    expect((await first.create()).status).toBe(201);
    expect(await create(log, 41)).toMatchObject({ status: 429, code: "blob-quota" });
    expect((await create(log, 40)).status).toBe(201);
    expect((await create(other, 100)).status).toBe(201);
    limited.now += day;
    expect((await create(log, 100)).status).toBe(201);
  });

  it("are limited by address, each kind of request for itself, with the seconds to wait", async () => {
    await using limited = await TestRelay.start({ rates: { "create-blob": 2, "write-blob": 2, "read-blob": 2 } });
    await (await limited.connect()).createLog(log);
    const blob = new BlobClient(() => limited.relay.url, log, 10);
    const codes = async (work: () => Promise<{ code: string | null }>) => {
      const found = [];
      for (let i = 0; i < 3; i++) found.push((await work()).code);
      return found;
    };
    expect(await codes(() => blob.create())).toEqual([null, null, "rate-limited"]);
    expect(await codes(() => blob.offset())).toEqual([null, null, "rate-limited"]);
    expect(await codes(() => blob.read())).toEqual(["unknown-blob", "unknown-blob", "rate-limited"]);
    expect((await blob.read()).headers.get("retry-after")).toBe("30");
  });

  it("hold their room: a full storage says so, and takes bytes again once there is room", async () => {
    await using small = await TestRelay.start({ maxStorage: 2_000_000 });
    await (await small.connect()).createLog(log);
    const blob = new BlobClient(() => small.relay.url, log, 1_400_000);
    expect((await blob.create()).status).toBe(201);
    const second = new BlobClient(() => small.relay.url, log, 1_000_000);
    expect(await second.create()).toMatchObject({ status: 507, code: "storage-full" });
    const bytes = random(1_400_000) as Uint8Array<ArrayBuffer>;
    expect((await blob.append(0, bytes)).status).toBe(204);
    small.now += 31 * day;
    await small.relay.night();
    expect((await second.create()).status).toBe(201);
  });

  it("are counted, by operation and by code, without an id", async () => {
    const blob = await uploaded(random(10));
    await blob.read();
    await blob.append(0, random(1) as Uint8Array<ArrayBuffer>);
    const metrics = await (await fetch(`${relay.relay.url}/metrics`)).text();
    expect(metrics).toContain('redoubt_answers_total{op="create-blob",code="ok"} 1');
    expect(metrics).toContain('redoubt_answers_total{op="read-blob",code="ok"} 1');
    expect(metrics).toContain('redoubt_answers_total{op="write-blob",code="blob-offset"} 1');
    expect(metrics).toContain("redoubt_blobs 1");
    expect(metrics).toContain("redoubt_blob_bytes 10");
    const said = metrics + relay.logLines.join("\n");
    for (const secret of [blob.blobId, log.logId]) {
      expect(said).not.toContain(Buffer.from(secret).toString("hex"));
      expect(said).not.toContain(Buffer.from(secret).toString("base64url"));
    }
  });

  it("leave nothing in the database that names their log", async () => {
    const mentions = () => {
      const stored = readFileSync(path.join(relay.folder, "relay.db")).toString("latin1");
      return stored.split(Buffer.from(log.logId).toString("latin1")).length - 1;
    };
    // A night leaves nothing in the journal.
    await relay.relay.night();
    const before = mentions();
    await uploaded(random(10));
    await relay.relay.night();
    expect(before).toBeGreaterThan(0);
    expect(mentions()).toBe(before);
  });
});
