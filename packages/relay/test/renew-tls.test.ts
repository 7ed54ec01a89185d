import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createLogger, startRelay } from "../src/index.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "redoubt-tls-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Puts one of two certificates, with its key, where the relay looks for them. */
function issue(name: "one" | "other"): { readonly cert: string; readonly key: string } {
  const files = { cert: path.join(folder, "cert.pem"), key: path.join(folder, "key.pem") };
  const from = (part: string) => fileURLToPath(new URL(`./tls/${name}-${part}.pem`, import.meta.url));
  copyFileSync(from("cert"), files.cert);
  copyFileSync(from("key"), files.key);
  return files;
}

it("shows a new certificate when it is told to, keeps connections, and keeps the old one where the new is no good", async () => {
  const tls = issue("one");
  const lines: string[] = [];
  const logger = createLogger({ write: (line: string) => void lines.push(line) });
  const options = { host: "127.0.0.1", port: 0, registration: "open", trustProxy: false } as const;
  await using relay = await startRelay({ ...options, data: path.join(folder, "data"), tls, logger });
  const port = Number(new URL(relay.url).port);
  const open = async (): Promise<{ readonly socket: TLSSocket; readonly name: unknown }> => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
    await once(socket, "secureConnect");
    return { socket, name: socket.getPeerCertificate().subject.CN };
  };
  const first = await open();
  expect(first.name).toBe("redoubt one");
  issue("other");
  relay.renewTls();
  const second = await open();
  expect(second.name).toBe("redoubt other");
  writeFileSync(tls.key, "no key");
  relay.renewTls();
  expect((await open()).name).toBe("redoubt other");
  rmSync(tls.cert);
  relay.renewTls();
  expect((await open()).name).toBe("redoubt other");
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
    "listening",
    "the certificate was read again",
    "the certificate cannot be read",
    "the certificate cannot be read",
  ]);
  first.socket.write("GET /healthz HTTP/1.1\r\nhost: relay\r\n\r\n");
  const [answer] = await once(first.socket, "data");
  expect(String(answer)).toContain("200 OK");
});
