import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { limits } from "@redoubt/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import type { OpenSocket } from "../src/index.js";
import { nodePlatform } from "../src/node/index.js";
import { openSocketBy } from "../src/web/open-socket.js";

/** As in a browser, an error that nobody listens for is nothing. */
class BrowserWebSocket extends WebSocket {
  constructor(address: string) {
    super(address, { perMessageDeflate: false });
    this.on("error", () => undefined);
  }
}

const adapters: [string, OpenSocket][] = [
  ["node", nodePlatform.openSocket],
  ["web", (url, listener) => openSocketBy(BrowserWebSocket as unknown as typeof globalThis.WebSocket, url, listener)],
];

let server: WebSocketServer;
let url: string;

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: true });
  await once(server, "listening");
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/anonymous`;
});

afterEach(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

/** What a listener is told, as promises of the next message and of the end. */
function listening() {
  const told: string[] = [];
  let onMessage: (bytes: Uint8Array) => void = () => undefined;
  let onClosed: (code: number) => void = () => undefined;
  const message = new Promise<Uint8Array>((resolve) => {
    onMessage = resolve;
  });
  const closed = new Promise<number>((resolve) => {
    onClosed = resolve;
  });
  const listener = {
    message(bytes: Uint8Array) {
      told.push("message");
      onMessage(Uint8Array.from(bytes));
    },
    closed(code: number, cause?: unknown) {
      told.push(`closed ${code}`);
      if (cause !== undefined) told.push(`cause ${(cause as NodeJS.ErrnoException).code}`);
      onClosed(code);
    },
  };
  return { told, listener, message, closed };
}

async function accepted(): Promise<WebSocket> {
  const [socket] = (await once(server, "connection")) as [WebSocket];
  return socket;
}

describe.each(adapters)("a socket of %s", (_name, openSocket) => {
  it("carries binary messages both ways, and is closed by us", async () => {
    const { told, listener, message, closed } = listening();
    const socket = openSocket(url, listener);
    expect(told).toEqual([]);
    const peer = await accepted();
    peer.send(Uint8Array.of(1, 2, 3));
    expect(await message).toEqual(Uint8Array.of(1, 2, 3));
    socket.send(Uint8Array.of(0, 4, 5, 0).subarray(1, 3));
    const [data, isBinary] = (await once(peer, "message")) as [Buffer, boolean];
    expect([...data, isBinary]).toEqual([4, 5, true]);
    socket.close();
    const [code] = (await once(peer, "close")) as [number];
    expect(await closed).toBe(code);
    socket.send(Uint8Array.of(6));
    socket.close();
    expect(told).toEqual(["message", `closed ${code}`]);
  });

  it("tells the code by which the relay closes", async () => {
    const { told, listener, closed } = listening();
    openSocket(url, listener);
    (await accepted()).close(4403);
    expect(await closed).toBe(4403);
    expect(told).toEqual(["closed 4403"]);
  });

  it("is closed where the relay sends text", async () => {
    const { told, listener, closed } = listening();
    openSocket(url, listener);
    const peer = await accepted();
    peer.send("text");
    await closed;
    expect(told).toHaveLength(1);
  });

  it("takes the longest message of the contract, and none beyond", async () => {
    const { told, listener, message, closed } = listening();
    openSocket(url, listener);
    const peer = await accepted();
    peer.send(new Uint8Array(limits.frame));
    expect(await message).toHaveLength(limits.frame);
    peer.send(new Uint8Array(limits.frame + 1));
    await closed;
    expect(told[0]).toBe("message");
    expect(told.filter((one) => one === "message")).toHaveLength(1);
  });

  it("tells that it breaks off", async () => {
    const { listener, closed } = listening();
    openSocket(url, listener);
    (await accepted()).terminate();
    expect(await closed).toBe(1006);
  });

  it("tells that nobody answers", async () => {
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    const { listener, closed } = listening();
    openSocket(`ws://127.0.0.1:${port}/`, listener);
    expect(await closed).toBe(1006);
  });

  it("may be closed before it is open", async () => {
    const { told, listener, closed } = listening();
    openSocket(url, listener).close();
    expect(await closed).toBe(1006);
    expect(told[0]).toBe("closed 1006");
  });
});

it("a socket of node tells why nobody answers", async () => {
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  const { told, listener, closed } = listening();
  nodePlatform.openSocket(`ws://127.0.0.1:${port}/`, listener);
  await closed;
  expect(told).toContain("cause ECONNREFUSED");
});

it("a socket of node negotiates no compression", async () => {
  const { listener, closed } = listening();
  const socket = nodePlatform.openSocket(url, listener);
  const peer = await accepted();
  expect(peer.extensions).toBe("");
  socket.close();
  await closed;
});
