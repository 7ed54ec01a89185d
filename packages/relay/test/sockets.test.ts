import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { encodeCbor } from "@redoubt/base";
import { anonymousOps, closeCodes, limits, namedOps } from "@redoubt/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { newLog, random, TestClient } from "./test-client.js";
import { TestRelay } from "./test-relay.js";

describe("the relay's sockets", () => {
  let relay: TestRelay;
  beforeEach(async () => {
    relay = await TestRelay.start();
  });
  afterEach(() => relay[Symbol.asyncDispose]());

  it("greet with a nonce of the connection's own, and the work they ask for", async () => {
    const [a, b] = [await relay.connect(), await relay.connect("named")];
    expect(a.nonce).toHaveLength(32);
    expect(a.nonce).not.toEqual(b.nonce);
    expect(a.powSalt).toEqual(b.powSalt);
    expect(a.powBits).toBe(0);
  });

  it("refuse every operation of the other kind, and any that nobody knows", async () => {
    const [anonymous, named] = [await relay.connect(), await relay.connect("named")];
    for (const op of Object.keys(namedOps)) expect(await anonymous.codeOf(op, [])).toBe("wrong-socket");
    for (const op of Object.keys(anonymousOps)) expect(await named.codeOf(op, [])).toBe("wrong-socket");
    for (const op of ["", "toString", "__proto__", "my-data"]) {
      expect(await anonymous.codeOf(op, [])).toBe("unknown-op");
      expect(await named.codeOf(op, [])).toBe("unknown-op");
    }
  });

  it("refuse parameters of another shape by every operation, and go on", async () => {
    const anonymous = await relay.connect();
    for (const op of Object.keys(anonymousOps)) {
      for (const params of [[], [1, 2, 3, 4, 5], [null], [new Uint8Array(1)]]) {
        expect({ op, code: await anonymous.codeOf(op, params) }).toEqual({ op, code: "malformed" });
      }
    }
    expect(await anonymous.codeOf("read", [random(32), 1, 1])).toBe("unknown-log");
  });

  it("ask a device to sign in first", async () => {
    const named = await relay.connect("named");
    expect(await named.codeOf("count-key-packages", [])).toBe("not-authenticated");
    expect(await named.codeOf("watch-inbox", [])).toBe("not-authenticated");
  });

  it.each([
    ["text", "hello"],
    ["no CBOR", Buffer.from([0xff])],
    ["CBOR that is no request", encodeCbor([1, 2])],
    ["a request without an id", encodeCbor([0, "lookup", ["alice"]])],
    ["a longer form", Buffer.from("8318016664656c657465", "hex")],
    ["something left over", Buffer.concat([encodeCbor([1, "lookup", ["alice"]]), Buffer.of(0)])],
    ["nothing", Buffer.alloc(0)],
  ])("end a connection that sends %s", async (_name, message) => {
    const client = await relay.connect();
    client.socket.send(message);
    expect(await client.closed()).toBe(closeCodes.malformed);
  });

  it("end a connection that sends a longer message than there may be", async () => {
    const client = await relay.connect();
    client.socket.send(Buffer.alloc(limits.frame + 1));
    expect(await client.closed()).toBe(1009);
  });

  it("end a connection that has too many requests open, or one id twice", async () => {
    const log = newLog();
    const client = await relay.connect();
    await client.createLog(log);
    await client.prove(log.logId, log.write);
    const append = (id: number) => encodeCbor([id, "append", [log.logId, random(16), random(10), null]]);
    const other = await relay.connect();
    await other.prove(log.logId, log.write);
    other.sendTogether([append(5), append(5)]);
    expect(await other.closed()).toBe(closeCodes.tooMany);
    client.sendTogether(Array.from({ length: limits.openRequests + 1 }, (_, i) => append(100 + i)));
    expect(await client.closed()).toBe(closeCodes.tooMany);
  });

  it("are found at their two paths alone", async () => {
    const socket = new WebSocket(`${relay.relay.url.replace("http", "ws")}/v1/other`);
    const [error] = await once(socket, "error");
    expect(String(error)).toContain("404");
  });

  it.each([
    ["another version", { "Sec-WebSocket-Version": "8" }],
    ["no key", { "Sec-WebSocket-Key": "" }],
    ["a key of another length", { "Sec-WebSocket-Key": "AAAA" }],
    ["another protocol", { Upgrade: "h2c" }],
  ])("refuse an upgrade that is no handshake: %s", async (_name, headers) => {
    const { hostname, port } = new URL(relay.relay.url);
    const handshake = {
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": Buffer.from(random(16)).toString("base64"),
    };
    const answerTo = async (given: Record<string, string>) => {
      const asked = request({ hostname, port, path: "/v1/anonymous", headers: { ...handshake, ...given } });
      asked.end();
      const [answer] = (await Promise.race([once(asked, "response"), once(asked, "upgrade")])) as [IncomingMessage];
      asked.destroy();
      return answer.statusCode;
    };
    expect(await answerTo({})).toBe(101);
    expect(await answerTo(headers)).toBe(400);
  });

  it("limit requests and connections by address, and say how long to wait", async () => {
    await using limited = await TestRelay.start({ rates: { lookup: 3, connect: 4 } });
    const client = await limited.connect();
    for (let i = 0; i < 3; i++) expect(await client.codeOf("lookup", ["nobody"])).toBe("unknown-user");
    expect(await client.codeOf("lookup", ["nobody"])).toBe("rate-limited");
    const second = await limited.connect();
    expect(await second.codeOf("lookup", ["nobody"])).toBe("rate-limited");
    limited.now += 20_000;
    expect(await second.codeOf("lookup", ["nobody"])).toBe("unknown-user");
    expect(await second.codeOf("lookup", ["nobody"])).toBe("rate-limited");
    await Promise.all([1, 2, 3].map(() => limited.connect()));
    await expect(TestClient.connect(limited.relay.url, "anonymous")).rejects.toThrow("closed 1006");
  });

  it("take the address that a trusted proxy gives, and no other", async () => {
    const connect = async (url: string, forwarded: string) => {
      const socket = new WebSocket(`${url.replace("http", "ws")}/v1/anonymous`, {
        headers: { "x-forwarded-for": forwarded },
      });
      const outcome = await once(socket, "open").then(
        () => "open",
        () => "refused",
      );
      socket.on("error", () => {});
      socket.terminate();
      return outcome;
    };
    await using trusting = await TestRelay.start({ rates: { connect: 1 }, trustProxy: true });
    const { url } = trusting.relay;
    expect(await connect(url, "10.0.0.9, 192.0.2.1")).toBe("open");
    expect(await connect(url, "10.0.0.8, 192.0.2.1")).toBe("refused");
    expect(await connect(url, "192.0.2.2")).toBe("open");
    expect(await connect(url, "2001:db8:1:2::7")).toBe("open");
    expect(await connect(url, "2001:db8:1:2:aaaa::9")).toBe("refused");
    await using wary = await TestRelay.start({ rates: { connect: 1 } });
    expect(await connect(wary.relay.url, "192.0.2.1")).toBe("open");
    expect(await connect(wary.relay.url, "192.0.2.2")).toBe("refused");
  });

  it("ask for work on a new log, and take a stamp made for the salt before", async () => {
    await using working = await TestRelay.start({ powBits: 8 });
    const client = await working.connect();
    const [first, second, third] = [newLog(), newLog(), newLog()];
    await client.createLog(first);
    const create = ({ logId, write, owner }: typeof first, stamp: Uint8Array) =>
      client.codeOf("create-log", [logId, write.publicKey, owner.publicKey, stamp]);
    // One stamp in 256 is good by chance: of eight, one that is refused is enough.
    const codes = [];
    for (let i = 0; i < 8; i++) codes.push(await create(newLog(), random(8)));
    expect(codes).toContain("bad-stamp");
    working.now += 3_600_000;
    expect(await create(second, client.stamp(second.logId))).toBe("ok");
    working.now += 7_200_000;
    const late = [];
    for (let i = 0; i < 3; i++) {
      const log = newLog();
      late.push(await create(log, client.stamp(log.logId)));
    }
    expect(late).toContain("bad-stamp");
    const fresh = await working.connect();
    await fresh.createLog(third);
  });

  it("write nothing of a user to the log or the metrics, and answer health", async () => {
    const client = await relay.connect();
    const log = newLog();
    await client.createLog(log);
    await client.prove(log.logId, log.write);
    await client.append(log.logId, new TextEncoder().encode("needle-needle-needle"));
    await client.codeOf("lookup", ["needlename"]);
    const metrics = await (await fetch(`${relay.relay.url}/metrics`)).text();
    expect(metrics).toContain('redoubt_answers_total{op="append",code="ok"} 1');
    expect(metrics).toContain('redoubt_connections{kind="anonymous"} 1');
    expect(await (await fetch(`${relay.relay.url}/healthz`)).text()).toBe("ok\n");
    await relay.stop();
    const said = metrics + relay.logLines.join("\n");
    const hex = Buffer.from(log.logId).toString("hex");
    for (const needle of ["needle", hex, Buffer.from(log.logId).toString("base64")]) expect(said).not.toContain(needle);
    expect(relay.logLines.length).toBeGreaterThan(1);
  });

  it("say goodbye when the relay stops, after what came in is done", async () => {
    const log = newLog();
    const client = await relay.connect();
    await client.createLog(log);
    await client.prove(log.logId, log.write);
    const appended = client.append(log.logId, random(10));
    expect(await appended).toBe(1);
    await relay.stop();
    expect(await client.closed()).toBe(closeCodes.goingAway);
    await relay.start();
    const again = await relay.connect();
    expect((await again.call("read", [log.logId, 1, 1]))[1]).toBe(1);
  });

  it("cannot be opened twice on one port", async () => {
    const port = Number(new URL(relay.relay.url).port);
    await expect(TestRelay.start({ port })).rejects.toMatchObject({ code: "port-in-use" });
  });
});
