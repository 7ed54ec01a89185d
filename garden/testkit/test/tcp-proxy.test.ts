import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type ProxiedConnection, TcpProxy } from "../src/index.js";

let ends: Array<() => unknown> = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

/** Answers every byte with itself. */
const echo = createServer((socket) => {
  socket.on("error", () => undefined);
  socket.pipe(socket);
});
let proxy: TcpProxy;

beforeEach(async () => {
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  ends.push(() => echo.close());
  proxy = await TcpProxy.start(`http://127.0.0.1:${(echo.address() as AddressInfo).port}`);
  ends.push(() => proxy[Symbol.asyncDispose]());
});

async function open(): Promise<{ socket: Socket; connection: ProxiedConnection }> {
  const socket = connect(Number(new URL(proxy.url).port), "127.0.0.1");
  ends.push(() => socket.destroy());
  socket.on("error", () => undefined);
  const before = proxy.connections.length;
  socket.write("hello");
  expect(await next(socket)).toBe("hello");
  return { socket, connection: proxy.connections[before] as ProxiedConnection };
}

async function next(socket: Socket): Promise<string> {
  const [bytes] = await once(socket, "data");
  return String(bytes);
}

/** `once` would fail with the error that comes first. */
function closed(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => socket.on("close", resolve));
}

it("passes on and records both ways", async () => {
  const { connection } = await open();
  expect(String(connection.recorded("up"))).toBe("hello");
  expect(String(connection.recorded("down"))).toBe("hello");
});

it("holds one connection back while another goes on, and releases it in order", async () => {
  const first = await open();
  const second = await open();
  const held = first.connection.hold("up");
  first.socket.write("1");
  await held;
  second.socket.write("2");
  expect(await next(second.socket)).toBe("2");
  expect(String(first.connection.recorded("down"))).toBe("hello");
  const answer = next(first.socket);
  first.connection.release("up");
  expect(await answer).toBe("1");
});

it("delays without changing the order, also when the delay ends", async () => {
  const { socket, connection } = await open();
  connection.delay("up", 20);
  socket.write("late ");
  while (!String(connection.recorded("up")).endsWith("late ")) await new Promise(setImmediate);
  connection.delay("up", 0);
  let heard = "";
  socket.on("data", (bytes) => {
    heard += bytes;
  });
  socket.write("later");
  while (heard.length < 10) await once(socket, "data");
  expect(heard).toBe("late later");
});

it("cuts a connection on both sides", async () => {
  const { socket, connection } = await open();
  const cut = closed(socket);
  connection.cut();
  await cut;
  expect(socket.destroyed).toBe(true);
});

it("lets nobody in while it refuses, and everybody after", async () => {
  const { socket } = await open();
  const cut = closed(socket);
  proxy.refuse();
  await cut;
  const refused = connect(Number(new URL(proxy.url).port), "127.0.0.1").on("error", () => undefined);
  await closed(refused);
  proxy.admit();
  const { connection } = await open();
  expect(String(connection.recorded("down"))).toBe("hello");
});
