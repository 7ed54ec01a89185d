import { mkdirSync, writeFileSync } from "node:fs";
import { createLogger, type Relay, startRelay } from "@redoubt/relay";
import { TemporaryFolder } from "@redoubt/testkit";
import { type HttpRoute, noteRoutes } from "./http-routes.js";

/** Stands beside what is served, and must never come out. */
export const besideTheWeb = "this-lies-beside-what-is-served";

const plenty = 1_000_000_000;
const classes = [
  "connect",
  "register",
  "lookup",
  "take",
  "post",
  "create",
  "append",
  "read",
  "account",
  "disclose",
  "store",
  "create-blob",
  "write-blob",
  "read-blob",
] as const;
const rates = Object.fromEntries(classes.map((name) => [name, plenty])) as Record<(typeof classes)[number], number>;

/** A relay in this process that serves a web folder, asks for no work and limits no rates. */
export class RelayHere implements AsyncDisposable {
  readonly relay: Relay;
  readonly routes: readonly HttpRoute[];
  readonly folder: TemporaryFolder;
  /** Lines that say what failed. */
  readonly faults: readonly string[];

  private constructor(parts: Pick<RelayHere, "relay" | "routes" | "folder" | "faults">) {
    this.relay = parts.relay;
    this.routes = parts.routes;
    this.folder = parts.folder;
    this.faults = parts.faults;
  }

  static async start(): Promise<RelayHere> {
    const folder = new TemporaryFolder();
    const web = folder.at("web");
    mkdirSync(web);
    writeFileSync(folder.at("web", "index.html"), "<!doctype html><title>Redoubt</title>");
    writeFileSync(folder.at("secret.txt"), besideTheWeb);
    const faults: string[] = [];
    const write = (line: string) => void (JSON.parse(line).level >= 50 && faults.push(line));
    const { value: relay, routes } = await noteRoutes(() =>
      startRelay({
        data: folder.at("data"),
        host: "127.0.0.1",
        port: 0,
        registration: "open",
        trustProxy: false,
        powBits: 0,
        rates,
        blobBytesPerLogAndDay: plenty,
        web: { folder: web, connect: [] },
        logger: createLogger({ write }),
      }),
    );
    return new RelayHere({ relay, routes, folder, faults });
  }

  get url(): string {
    return this.relay.url;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.relay.stop();
    this.folder[Symbol.dispose]();
  }
}
