import { execFileSync } from "node:child_process";
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type CborValue, concatBytes, decodeCbor, encodeCbor, utf8 } from "@redoubt/base";
import { domains } from "@redoubt/wire";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { RelayProcess } from "./relay-process.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Just enough of a client: asks one thing after another. */
class Asker {
  readonly #socket: WebSocket;
  readonly #messages: CborValue[][] = [];
  #id = 0;
  #wake = () => {};

  constructor(url: string) {
    this.#socket = new WebSocket(`${url.replace("http", "ws")}/v1/anonymous`);
    this.#socket.on("message", (data) => {
      this.#messages.push(decodeCbor(data as Buffer) as CborValue[]);
      this.#wake();
    });
    this.#socket.on("error", () => {});
  }

  async nonce(): Promise<Uint8Array> {
    const [, , body] = await this.#next();
    return (body as CborValue[])[1] as Uint8Array;
  }

  send(op: string, params: readonly CborValue[]): void {
    this.#id += 1;
    this.#socket.send(encodeCbor([this.#id, op, params]));
  }

  async ask(op: string, params: readonly CborValue[]): Promise<CborValue> {
    this.send(op, params);
    const [, , result] = await this.#next();
    return result as CborValue;
  }

  async close(): Promise<void> {
    this.#socket.terminate();
    if (this.#socket.readyState !== WebSocket.CLOSED) await once(this.#socket, "close");
  }

  async #next(): Promise<CborValue[]> {
    while (this.#messages.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#messages.shift() as CborValue[];
  }
}

function newKey() {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), randomBytes(32)]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const publicKey = new Uint8Array(createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32));
  return { publicKey, sign: (message: Uint8Array) => new Uint8Array(sign(null, message, privateKey)) };
}

describe("redoubt-relay", () => {
  let folder: string;
  const running: RelayProcess[] = [];
  const run = (...parameters: string[]) => {
    const process = new RelayProcess(...parameters);
    running.push(process);
    return process;
  };
  const start = (...more: string[]) => run("start", "--data", folder, "--port", "0", "--pow-bits", "0", ...more);

  beforeAll(() => {
    const run = (...words: string[]) => execFileSync(process.execPath, words, { cwd: root });
    run("node_modules/typescript/bin/tsc", "-b", "apps/relayd");
    run("scripts/bundle.js", "redoubt-relay");
  }, 120_000);
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "redoubt-relayd-"));
  });
  afterEach(async () => {
    for (const process of running.splice(0)) await process.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  it("has an executable bin", () => {
    expect(statSync(path.join(root, "apps/relayd/bin/redoubt-relay.js")).mode & 0o777).toBe(0o755);
  });

  it("says what is wrong and exits with 2 when it is used in a wrong way", async () => {
    const process = run("stop");
    expect((await process.ended).code).toBe(2);
    expect(process.errors).toMatch(/^redoubt-relay: unknown command: stop\n\nredoubt-relay start /);
  });

  it("starts, says where, and stops on SIGTERM and SIGINT with 0", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const relay = start();
      const url = await relay.ready();
      expect(await (await fetch(`${url}/healthz`)).text()).toBe("ok\n");
      expect(await relay.kill(signal)).toEqual({ code: 0, signal: null });
      expect(relay.errors).toBe("");
    }
  });

  it("says nothing of its clients' addresses", async () => {
    const relay = start("--trust-proxy");
    const headers = { "X-Forwarded-For": "203.0.113.77" };
    const url = await relay.ready();
    const socket = new WebSocket(`${url.replace("http", "ws")}/v1/anonymous`, { headers });
    await once(socket, "message");
    socket.send("no request");
    await once(socket, "close");
    const lost = new WebSocket(`${url.replace("http", "ws")}/v1/nowhere`, { headers });
    await once(lost, "error");
    for (const path of ["healthz", "nowhere"]) await (await fetch(`${url}/${path}`, { headers })).text();
    const metrics = await (await fetch(`${url}/metrics`, { headers })).text();
    await relay.kill("SIGTERM");
    const said = [metrics, ...relay.lines, relay.errors].join("\n");
    expect(said).toContain("stopped");
    expect(said).not.toContain("203.0.113");
  });

  it("serves a folder it is given", async () => {
    writeFileSync(path.join(folder, "index.html"), "<!doctype html><title>given</title>");
    const url = await start("--web", folder, "--data", path.join(folder, "data")).ready();
    expect(await (await fetch(url)).text()).toContain("given");
  });

  it("says in a sentence that its port or its folder is taken, or that the folder cannot be written", async () => {
    const url = await start().ready();
    const second = start();
    expect((await second.ended).code).toBe(1);
    expect(second.errors).toContain("Another relay is running on this data folder");
    const third = run("start", "--data", path.join(folder, "other"), "--port", new URL(url).port);
    expect((await third.ended).code).toBe(1);
    expect(third.errors).toContain("The port is in use");
    writeFileSync(path.join(folder, "file"), "");
    const fourth = run("start", "--data", path.join(folder, "file"), "--port", "0");
    expect((await fourth.ended).code).toBe(1);
    expect(fourth.errors).toContain("cannot be written");
  });

  it("says storage-full when there is no room, and keeps what it has acknowledged", async () => {
    const relay = start("--max-storage", String(64 * 4096));
    const asker = new Asker(await relay.ready());
    const nonce = await asker.nonce();
    const [logId, write] = [new Uint8Array(randomBytes(32)), newKey()];
    await asker.ask("create-log", [logId, write.publicKey, newKey().publicKey, new Uint8Array(8)]);
    await asker.ask("prove", [logId, write.sign(concatBytes(utf8(domains.prove), nonce, logId))]);
    let seq = 0;
    for (;;) {
      const result = (await asker.ask("append", [logId, randomBytes(16), randomBytes(20_000), null])) as CborValue[];
      if (typeof result[0] === "string") {
        expect(result).toEqual(["storage-full", 10]);
        break;
      }
      expect(result).toEqual([seq + 1]);
      seq += 1;
    }
    expect(seq).toBeGreaterThan(1);
    const read = (await asker.ask("read", [logId, seq, 1])) as CborValue[];
    expect(read.slice(0, 2)).toEqual([1, seq]);
    await asker.close();
  });

  it("gives an append that was committed and never answered the same seq after a SIGKILL, and loses nothing", async () => {
    const [logId, write] = [new Uint8Array(randomBytes(32)), newKey()];
    const entries = Array.from({ length: 2 }, () => ({
      id: new Uint8Array(randomBytes(16)),
      bytes: new Uint8Array(randomBytes(500)),
    }));
    const seqs: (number | undefined)[] = [];
    for (const [round, { id, bytes }] of entries.entries()) {
      const relay = start();
      const url = await relay.ready();
      const asker = new Asker(url);
      const nonce = await asker.nonce();
      if (round === 0) {
        await asker.ask("create-log", [logId, write.publicKey, newKey().publicKey, new Uint8Array(8)]);
      }
      await asker.ask("prove", [logId, write.sign(concatBytes(utf8(domains.prove), nonce, logId))]);
      // A second connection sees the commit; the process is killed whether or not the answer has left it.
      const watcher = new Asker(url);
      await watcher.nonce();
      asker.send("append", [logId, id, bytes, null]);
      while (((await watcher.ask("read", [logId, round + 1, 1])) as CborValue[])[1] !== round + 1);
      await relay.kill("SIGKILL");
      await Promise.all([asker.close(), watcher.close()]);

      const again = start();
      const retry = new Asker(await again.ready());
      const fresh = await retry.nonce();
      await retry.ask("prove", [logId, write.sign(concatBytes(utf8(domains.prove), fresh, logId))]);
      seqs.push(((await retry.ask("append", [logId, id, bytes, null])) as number[])[0]);
      const [, , kept] = (await retry.ask("read", [logId, 1, 100])) as [number, number, CborValue[][]];
      const digests = (list: readonly Uint8Array[]) => list.map((b) => createHash("sha256").update(b).digest("hex"));
      expect(digests(kept.map(([, , stored]) => stored as Uint8Array))).toEqual(
        digests(entries.slice(0, round + 1).map((entry) => entry.bytes)),
      );
      await retry.close();
      await again.kill("SIGKILL");
    }
    expect(seqs).toEqual([1, 2]);
  });
});
