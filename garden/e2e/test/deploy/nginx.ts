import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { within } from "@redoubt/testkit";

const config = fileURLToPath(new URL("../../../../deploy/nginx.conf", import.meta.url));
const certificate = (name: string) => fileURLToPath(new URL(`../tls/${name}.pem`, import.meta.url));

/** The installed nginx, with our file and another name, address and certificate in it. Disposing of it ends it. */
export class Nginx implements AsyncDisposable {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** @param folder for its files @param relay the relay's origin */
  static async start(folder: string, relay: string): Promise<Nginx> {
    const port = await freePort();
    mkdirSync(folder, { recursive: true });
    const server = readFileSync(config, "utf8")
      .replace("listen 443 ssl;", `listen 127.0.0.1:${port} ssl;`)
      .replace("listen [::]:443 ssl;", "")
      .replace("relay.example;", "localhost;")
      .replace(/ssl_certificate .*;/, `ssl_certificate ${certificate("cert")};`)
      .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${certificate("key")};`)
      .replace("http://127.0.0.1:8787", relay);
    const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder};`);
    const whole = `daemon off; pid ${path.join(folder, "pid")}; error_log stderr error; events {}
      http { ${places.join(" ")} access_log ${path.join(folder, "access.log")}; ${server} }`;
    const file = path.join(folder, "nginx.conf");
    writeFileSync(file, whole);
    const child = spawn("nginx", ["-c", file, "-p", folder], { stdio: ["ignore", "ignore", "inherit"] });
    const url = `https://127.0.0.1:${port}`;
    const failed = new Promise<never>((_, reject) => {
      child.once("error", reject).once("exit", (code) => reject(new Error(`nginx ended with ${code}`)));
    });
    failed.catch(() => undefined);
    await within(Promise.race([listening(port), failed]), "nginx");
    return new Nginx(child, url);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGQUIT");
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(port: number): Promise<void> {
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/`);
      return;
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
