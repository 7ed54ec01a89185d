import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { concatBytes, utf8 } from "@redoubt/base";
import { createLogger, type Relay, startRelay } from "@redoubt/relay";
import { domains, limits } from "@redoubt/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type BlobPermit, createTransport, type Platform, type Transport } from "../src/index.js";
import { nodePlatform } from "../src/node/index.js";
import { webPlatform } from "../src/web/index.js";
import { newSigner } from "./ed25519-keys.js";
import { ManualTime } from "./manual-time.js";
import { outcomeOf } from "./outcome-of.js";

const sha256 = (bytes: Uint8Array) => Uint8Array.from(createHash("sha256").update(bytes).digest());
const random = (length: number) => Uint8Array.from(randomBytes(length));
const open = (platform: Platform, url: string) => createTransport({ ...platform, random, sha256, url });

describe.each([
  ["Node", nodePlatform],
  ["the browser", { ...nodePlatform, sendHttp: webPlatform.sendHttp }],
])("blobs by the platform of %s", (_name, platform) => {
  let folder: string;
  let relay: Relay;
  let transport: Transport;
  let permitOf: (blobId: Uint8Array, length: number) => BlobPermit;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "redoubt-transport-"));
    relay = await startRelay({
      data: folder,
      host: "127.0.0.1",
      port: 0,
      registration: "open",
      trustProxy: false,
      powBits: 0,
      logger: createLogger({ write: () => undefined }),
    });
    transport = open(platform, relay.url);
    const [logId, writer] = [random(32), newSigner()];
    permitOf = (blobId, length) => {
      const declared = new Uint8Array(8);
      new DataView(declared.buffer).setBigUint64(0, BigInt(length));
      return { logId, signature: writer.sign(concatBytes(utf8(domains.blob), blobId, logId, declared)) };
    };
    await transport.errand(async (session) => {
      await session.request("create-log", [logId, writer.publicKey, writer.publicKey, await session.stamp(logId)]);
    });
  });
  afterEach(async () => {
    transport.close();
    await relay.stop();
    rmSync(folder, { recursive: true });
  });

  it("go up in parts and come down in ranges", async () => {
    const { blobs } = transport;
    const bytes = random(1_000_000);
    const blobId = random(32);
    const permit = permitOf(blobId, bytes.length);
    expect(await blobs.create(blobId, bytes.length, permit)).toBe(0);
    expect(await blobs.append(blobId, { offset: 0, bytes: bytes.subarray(0, 400_000) }, permit)).toBe(400_000);
    expect(await blobs.create(blobId, bytes.length, permit)).toBe(400_000);
    expect(await blobs.offset(blobId)).toBe(400_000);
    await blobs.append(blobId, { offset: 400_000, bytes: bytes.subarray(400_000) }, permit);
    for (const [from, length] of [
      [0, 1_000_000],
      [0, 1],
      [999_999, 1],
      [123_456, 234_567],
    ] as const) {
      const read = await blobs.read(blobId, from, length);
      expect(Buffer.from(read).equals(bytes.subarray(from, from + length))).toBe(true);
    }
  });

  it("carry the relay's refusals as its codes", async () => {
    const { blobs } = transport;
    const blobId = random(32);
    const permit = permitOf(blobId, 10);
    const part = { offset: 0, bytes: random(10) };
    expect(await outcomeOf(blobs.offset(blobId))).toBe("unknown-blob");
    expect(await outcomeOf(blobs.read(blobId, 0, 1))).toBe("unknown-blob");
    expect(await outcomeOf(blobs.create(blobId, limits.blob + 1, permitOf(blobId, limits.blob + 1)))).toBe("too-large");
    expect(await outcomeOf(blobs.create(blobId, 11, permit))).toBe("bad-signature");
    await blobs.create(blobId, 10, permit);
    expect(await outcomeOf(blobs.append(blobId, { offset: 3, bytes: random(3) }, permit))).toBe("blob-offset");
    await blobs.append(blobId, part, permit);
    expect(await outcomeOf(blobs.read(blobId, 10, 1))).toBe("bad-range");
    expect(await outcomeOf(blobs.read(blobId, 5, 10))).toBe("bad-answer");
  });

  it("are given up when that is wanted, before they begin and on their way, and when the transport is closed", async () => {
    const hanging = await serve(() => undefined);
    const { blobs, close } = open(platform, hanging.url);
    const abort = new AbortController();
    const reading = outcomeOf(blobs.read(random(32), 0, 10, abort.signal));
    await once(hanging.server, "request");
    abort.abort();
    expect(await reading).toBe("closed");
    expect(await outcomeOf(blobs.read(random(32), 0, 10, abort.signal))).toBe("closed");
    const other = outcomeOf(blobs.offset(random(32)));
    close();
    expect(await other).toBe("closed");
    expect(await outcomeOf(blobs.offset(random(32)))).toBe("closed");
    hanging.server.closeAllConnections();
    hanging.server.close();
  });

  it("time out where nothing is answered", async () => {
    const time = new ManualTime();
    const hanging = await serve(() => undefined);
    const { blobs } = open({ ...platform, clock: time.clock, schedule: time.schedule }, hanging.url);
    const reading = outcomeOf(blobs.read(random(32), 0, 10));
    await once(hanging.server, "request");
    time.pass(61_000);
    expect(await reading).toBe("timeout");
    hanging.server.closeAllConnections();
    hanging.server.close();
  });

  it.each<[string, RequestListener, string]>([
    ["says nothing of its offset", (_request, response) => response.writeHead(200).end(), "bad-answer"],
    [
      "is further than there is",
      (_request, response) => response.writeHead(200, { "upload-offset": String(limits.blob + 1) }).end(),
      "bad-answer",
    ],
    ["redirects", (_request, response) => response.writeHead(302, { location: "/" }).end(), "unreachable"],
    ["is a gateway without a relay", (_request, response) => response.writeHead(502).end("oh"), "unreachable"],
    ["is another server", (_request, response) => response.writeHead(404).end("<html>"), "bad-answer"],
    ["breaks off", (_request, response) => response.destroy(), "unreachable"],
    [
      "gives a code that nobody knows",
      (_request, response) => response.writeHead(409, { "redoubt-error": "toString" }).end(),
      "bad-answer",
    ],
  ])("name it when the relay %s", async (_what, listener, code) => {
    const { server, url } = await serve(listener);
    expect(await outcomeOf(open(platform, url).blobs.offset(random(32)))).toBe(code);
    server.closeAllConnections();
    server.close();
  });

  it.each<[string, RequestListener]>([
    ["more than was asked for", (_request, response) => response.writeHead(206, range).end(random(11))],
    ["less", (_request, response) => response.writeHead(206, range).end(random(9))],
    ["all of it", (_request, response) => response.writeHead(200).end(random(10))],
    ["another range", (_request, response) => response.writeHead(206, otherRange).end(random(10))],
  ])("take nothing where the relay sends %s", async (_what, listener) => {
    const { server, url } = await serve(listener);
    const outcome = await outcomeOf(open(platform, url).blobs.read(random(32), 0, 10));
    expect(["bad-answer", "unreachable"]).toContain(outcome);
    server.closeAllConnections();
    server.close();
  });
});

const range = { "content-range": "bytes 0-9/100" };
const otherRange = { "content-range": "bytes 1-10/100" };

async function serve(listener: RequestListener): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
