import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { closeCodes } from "@redoubt/wire";
import { describe, expect, it } from "vitest";
import { FramedWriter } from "../src/framed-writer.js";
import { MemoryGuard } from "../src/memory-guard.js";
import { Turn } from "../src/turn.js";
import { BlobClient } from "./blob-client.js";
import { newLog, random, type TestClient } from "./test-client.js";
import { TestRelay } from "./test-relay.js";

const elsewhere = { localAddress: "127.0.0.2" };

/** A bare TCP connection to the relay, from an address of the loopback. */
async function dial(relay: TestRelay, localAddress = "127.0.0.1"): Promise<Socket> {
  const { hostname, port } = new URL(relay.relay.url);
  const socket = connect({ host: hostname, port: Number(port), localAddress });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

/** Waits for the end, but not so long that it could be for another reason. */
const closed = async (socket: Socket): Promise<void> => {
  socket.resume();
  await expect.poll(() => socket.closed, { timeout: 8_000 }).toBe(true);
};

const upgrade = (path: string) =>
  `GET ${path} HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.from(random(16)).toString("base64")}\r\n`;

describe("the relay's connections", () => {
  it("are so many of one address; others come in all the same, and a place that is free again is taken", async () => {
    await using relay = await TestRelay.start({ connections: { perAddress: 3 } });
    const flood = [await dial(relay), await dial(relay), await dial(relay)];
    await closed(await dial(relay));
    expect((await relay.connect("anonymous", elsewhere)).nonce).toHaveLength(32);
    flood[0]?.destroy();
    await expect.poll(() => relay.connect().then(() => "open", String)).toBe("open");
  });

  it("are counted by what a trusted proxy says, and by nothing that a client says of itself", async () => {
    const options = (address: string) => ({ headers: { "x-forwarded-for": address } });
    await using behind = await TestRelay.start({ connections: { perAddress: 2 }, trustProxy: true });
    await behind.connect("anonymous", options("2001:db8:0:1::1"));
    await behind.connect("anonymous", options("2001:db8:0:1:ffff::2"));
    await expect(behind.connect("anonymous", options("2001:db8:0:1::3"))).rejects.toThrow("closed 1006");
    await behind.connect("anonymous", options("2001:db8:0:2::1"));
    await using open = await TestRelay.start({ connections: { perAddress: 2 } });
    await open.connect("anonymous", options("192.0.2.1"));
    await open.connect("anonymous", options("192.0.2.2"));
    await expect(open.connect("anonymous", options("192.0.2.3"))).rejects.toThrow("closed 1006");
  });

  it("are so many in all", async () => {
    await using relay = await TestRelay.start({ connections: { inAll: 2 } });
    const first = await dial(relay);
    await dial(relay, "127.0.0.2");
    await closed(await dial(relay, "127.0.0.3"));
    first.destroy();
    await expect.poll(() => relay.connect().then(() => "open", String)).toBe("open");
  });

  it("end where no device signs in, or nobody asks for anything, in time", async () => {
    await using relay = await TestRelay.start({ connections: { signInMs: 200, firstRequestMs: 200 } });
    const [named, silent, asking] = [await relay.connect("named"), await relay.connect(), await relay.connect()];
    expect(await named.codeOf("count-key-packages", [])).toBe("not-authenticated");
    expect(await asking.codeOf("unwatch", [random(32)])).toBe("ok");
    expect([await named.closed(), await silent.closed()]).toEqual([closeCodes.idle, closeCodes.idle]);
    expect(await asking.codeOf("unwatch", [random(32)])).toBe("ok");
  });

  it.each([
    ["nothing", ""],
    ["half a head", "GET /healthz HTTP/1.1\r\nHost: relay\r\nX-"],
    ["half an upgrade", upgrade("/v1/anonymous")],
  ])("end where %s comes", async (_name, said) => {
    await using relay = await TestRelay.start({ connections: { headMs: 200 } });
    const socket = await dial(relay);
    socket.write(said);
    await closed(socket);
    expect((await fetch(`${relay.relay.url}/healthz`)).status).toBe(200);
  });

  it("end with a refused upgrade, whether or not the client closes its half", async () => {
    await using relay = await TestRelay.start({ connections: { perAddress: 1 } });
    const { hostname, port } = new URL(relay.relay.url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    socket.write(`${upgrade("/v1/nowhere")}\r\n`);
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 404/);
    // The only place of this address is free again, although we have not hung up.
    await expect.poll(() => relay.connect().then(() => "open", String)).toBe("open");
    expect(socket.writable).toBe(true);
    socket.destroy();
  });

  it("end where a message begins and does not come to its end", async () => {
    await using relay = await TestRelay.start({ connections: { messageMs: 100 } });
    const [half, whole] = [await relay.connect(), await relay.connect()];
    rawOf(half).write(frameHead(1000));
    for (let i = 0; i < 3; i++) expect(await whole.codeOf("unwatch", [random(32)])).toBe("ok");
    expect(await half.closed()).toBe(1006);
    expect(await whole.codeOf("unwatch", [random(32)])).toBe("ok");
  });

  it("that hold half messages are cut off where they are more than all may hold together, the largest first", async () => {
    await using relay = await TestRelay.start({ connections: { inboundBytes: 2_000_000 } });
    const honest = await relay.connect();
    const log = newLog();
    await honest.createLog(log);
    await honest.prove(log.logId, log.write);
    const flood = await Promise.all([1, 2, 3, 4].map(() => relay.connect("anonymous", elsewhere)));
    for (const { socket } of flood) rawOf({ socket }).write(Buffer.concat([frameHead(4_000_000), random(800_000)]));
    await expect.poll(() => flood.filter(({ closeCode }) => closeCode === 1006).length).toBeGreaterThanOrEqual(2);
    expect(await honest.append(log.logId, random(500_000))).toBe(1);
  });

  it("are cut off where they take nothing of what waits for them, and the others go on", async () => {
    await using relay = await TestRelay.start({ connections: { stalledMs: 600 } });
    const [writer, stalled, reader] = [await relay.connect(), await relay.connect(), await relay.connect()];
    const log = newLog();
    await writer.createLog(log);
    await writer.prove(log.logId, log.write);
    for (const client of [stalled, reader]) await client.call("watch", [log.logId, 1]);
    stalled.socket.pause();
    for (let i = 0; i < 8; i++) await writer.append(log.logId, random(1_000_000));
    expect(await reader.take("entry", 8)).toHaveLength(8);
    await expect.poll(async () => metric(relay, 'kind="anonymous"'), { timeout: 10_000 }).toBe(2);
    expect(await writer.append(log.logId, random(10))).toBe(9);
    expect((await reader.event("entry")).body[1]).toBe(9);
    stalled.socket.resume();
    expect(await stalled.closed()).toBe(1006);
  });

  it("carry so many blobs of one address at once, and cut off who trickles", async () => {
    await using relay = await TestRelay.start({ connections: { blobsPerAddress: 2, stalledMs: 600 } });
    const log = newLog();
    await (await relay.connect()).createLog(log);
    const blobs = Array.from({ length: 3 }, () => new BlobClient(() => relay.relay.url, log, 3_000_000));
    const [one, two, three] = blobs as [BlobClient, BlobClient, BlobClient];
    for (const blob of blobs) await blob.create();
    const begin = async (blob: BlobClient, localAddress: string) => {
      const socket = await dial(relay, localAddress);
      const headers = Object.entries({ ...blob.appendHeaders(0), "content-length": "3000000" });
      const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
      socket.write(`PATCH ${new URL(blob.url).pathname} HTTP/1.1\r\nHost: relay\r\n${head}\r\nbegin`);
      return socket;
    };
    const trickling = [await begin(one, "127.0.0.2"), await begin(two, "127.0.0.2")];
    await expect.poll(async () => (await three.append(0, "own")).status).toBe(204);
    const third = await begin(three, "127.0.0.2");
    const [refusal] = (await once(third, "data")) as [Buffer];
    expect(refusal.toString()).toContain("rate-limited");
    await Promise.all(trickling.map(closed));
    await upload(three, 3, three.length);
    expect((await three.read("bytes=0-2")).status).toBe(206);
  });

  it("cut off who does not read the blob that they asked for, one of so many of their address", async () => {
    await using relay = await TestRelay.start({ connections: { blobsPerAddress: 1, stalledMs: 600 } });
    const log = newLog();
    await (await relay.connect()).createLog(log);
    // More than the system takes for a socket that is not read.
    const piece = 8 * 1024 * 1024;
    const blob = new BlobClient(() => relay.relay.url, log, 6 * piece);
    await blob.create();
    await upload(blob, 0, piece);
    const stalled = await dial(relay, "127.0.0.2");
    stalled.pause();
    const ask = `GET ${new URL(blob.url).pathname} HTTP/1.1\r\nHost: relay\r\n`;
    stalled.write(`${ask}\r\n`);
    await once(stalled, "readable");
    const statusFromThere = async () => {
      const socket = await dial(relay, "127.0.0.2");
      socket.write(`${ask}Range: bytes=0-9\r\nConnection: close\r\n\r\n`);
      const [answer] = (await once(socket, "data")) as [Buffer];
      return answer.toString("latin1", 9, 12);
    };
    expect(await statusFromThere()).toBe("429");
    expect((await blob.read("bytes=0-9")).status).toBe(206);
    await expect.poll(statusFromThere, { timeout: 10_000 }).toBe("206");
    await closed(stalled);
    expect(stalled.bytesRead).toBeLessThan(6 * piece);
  });
});

describe("a writer", () => {
  it("lets one after the other have its turn, of many that wait for the same connection", async () => {
    const stuck = new Duplex({ read: () => undefined, write: () => undefined });
    const writer = new FramedWriter(stuck, new Turn());
    let turns = 0;
    const called = new Promise<void>((resolve) => {
      for (let i = 0; i < 1_000; i++) {
        writer.whenDrained(() => {
          turns += 1;
          writer.send(Buffer.alloc(500_000));
          setImmediate(resolve);
        });
      }
    });
    await called;
    expect(turns).toBe(3);
    expect(writer.backlog()).toBe(1_500_000);
  });

  it("calls everyone who waits in the end", async () => {
    const eager = new Duplex({ read: () => undefined, write: (_bytes, _encoding, done) => setImmediate(done) });
    const writer = new FramedWriter(eager, new Turn());
    const turns: Promise<void>[] = [];
    for (let i = 0; i < 200; i++) {
      turns.push(new Promise((resolve) => writer.whenDrained(() => resolve(writer.send(Buffer.alloc(100_000))))));
    }
    expect(await Promise.all(turns)).toHaveLength(200);
  });
});

describe("the memory guard", () => {
  it("leaves alone who takes what waits for them, however much that is in all", async () => {
    const cut: string[] = [];
    const guard = new MemoryGuard({ messageMs: 200, stalledMs: 1e6, inboundBytes: 1e6, outboundBytes: 1_000 });
    const held = [new ArrayBuffer(2_000)];
    const writer = (moves: number) => {
      let taken = 0;
      return { backlog: () => 500, taken: () => (taken += moves) };
    };
    for (const [name, moves] of [
      ["fast", 1_000],
      ["faster", 2_000],
      ["stuck", 0],
    ] as const) {
      guard.guard(writer(moves), () => cut.push(name));
    }
    await expect.poll(() => cut.length, { timeout: 5_000 }).toBeGreaterThan(0);
    guard.stop();
    expect([cut[0], held.length]).toEqual(["stuck", 1]);
  });
});

function rawOf({ socket }: Pick<TestClient, "socket">): Socket {
  return (socket as unknown as { readonly _socket: Socket })._socket;
}

/** The head of a masked binary frame of so many bytes (RFC 6455 §5.2), mask zero. */
function frameHead(length: number): Buffer {
  const head = Buffer.alloc(14);
  head[0] = 0x82;
  head[1] = 0xff;
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

async function metric(relay: TestRelay, label: string): Promise<number> {
  const text = await (await fetch(`${relay.relay.url}/metrics`)).text();
  return Number(
    text
      .split("\n")
      .find((line) => line.includes(label))
      ?.split(" ")[1],
  );
}

/** Uploads as clients do: on a busy machine the relay may take us, too, for somebody who is stuck. */
async function upload(blob: BlobClient, from: number, piece: number): Promise<void> {
  for (let at = from; at < blob.length; ) {
    await blob.append(at, new Uint8Array(Math.min(piece, blob.length - at))).catch(() => undefined);
    at = Number((await blob.offset()).headers.get("upload-offset"));
  }
}
