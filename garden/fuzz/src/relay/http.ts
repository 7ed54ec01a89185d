import { concatBytes, toBase64url } from "@redoubt/base";
import { blobHeaders, blobPath, offsetContentType, relayErrors, tusVersion } from "@redoubt/wire";
import { Dice } from "../dice.js";
import { mutateBytes } from "../mutate-bytes.js";
import { holds, type OpenTarget, type Target } from "../target.js";
import { Caller, newAccount } from "./caller.js";
import { exchange } from "./http-exchange.js";
import { bytesOfRequest, honestRequest, type KnownBlob, mutateRequest } from "./http-request.js";
import type { HttpRoute } from "./http-routes.js";
import { permitOf } from "./keys.js";
import { besideTheWeb, RelayHere } from "./relay-here.js";

/** What the inside of a program looks like, in whatever it says. */
const inside = /node_modules|\n\s+at |\.(ts|js|db):|file:\/\/|\wError: |ERR_|ENOENT|SQLITE|fastify/;
/** What a status may be: everything but the relay's own faults. */
const notAllowed: ReadonlySet<number> = new Set([500, 502, 504]);

/** Every route that the HTTP server has: honest requests, mutated ones, and what is no HTTP. */
export const http: Target = {
  name: "http",
  share: 10,
  lanes: 16,
  checkEvery: 500,
  async open() {
    const relay = await RelayHere.start();
    return new Http(relay, await uploadBlob(relay));
  },
};

class Http implements OpenTarget {
  readonly #relay: RelayHere;
  readonly #known: KnownBlob;
  readonly #routes: readonly HttpRoute[];
  readonly #seen = new Map<string, Set<number>>();

  constructor(relay: RelayHere, known: KnownBlob) {
    this.#relay = relay;
    this.#known = known;
    this.#routes = relay.routes;
  }

  async run(dice: Dice): Promise<string> {
    const route = dice.pick(this.#routes);
    const honest = honestRequest(dice, route, this.#known);
    const kind = dice.below(100);
    if (kind < 25) {
      const status = await this.#exchange([bytesOfRequest(honest)]);
      const name = `${route.method} ${route.path}`;
      this.#seen.set(name, (this.#seen.get(name) ?? new Set()).add(status));
      return String(status);
    }
    const hostile = bytesOfRequest(mutateRequest(dice, honest));
    if (kind < 75) return String(await this.#exchange([hostile]));
    if (kind < 85) return String(await this.#exchange([mutateBytes(dice, hostile)]));
    if (kind < 90) {
      const after = bytesOfRequest(honestRequest(dice, dice.pick(this.#routes), this.#known));
      return String(await this.#exchange([concatBytes(bytesOfRequest(honest), hostile, after)]));
    }
    if (kind < 95) {
      const [a, b] = [dice.below(hostile.length), dice.below(hostile.length)].toSorted((x, y) => x - y);
      return String(await this.#exchange([hostile.subarray(0, a), hostile.subarray(a, b), hostile.subarray(b)]));
    }
    return String(await this.#exchange([hostile.subarray(0, dice.below(hostile.length))], true));
  }

  async check(): Promise<void> {
    const health = await fetch(`${this.#relay.url}/healthz`);
    holds((await health.text()) === "ok\n", () => "the relay is not well any more");
    const { blobId, length } = this.#known;
    const path = `${blobPath}/${toBase64url(blobId)}`;
    const blob = new Uint8Array(await (await fetch(this.#relay.url + path)).arrayBuffer());
    holds(blob.length === length && blob.every((byte) => byte === 7), () => "an honest blob is another");
    holds(this.#relay.faults.length === 0, () => `the relay noted a fault: ${this.#relay.faults[0]}`);
  }

  missing(): readonly string[] {
    return this.#routes.flatMap(({ method, path }) => {
      const isServed = [...(this.#seen.get(`${method} ${path}`) ?? [])].some((status) => status < 300);
      return isServed ? [] : [`no case of ${method} ${path} was served: give it to honestRequest in garden/fuzz`];
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#relay[Symbol.asyncDispose]();
  }

  /** @returns the status of the first answer; 0 for none */
  async #exchange(pieces: readonly Uint8Array[], endsAtOnce = false): Promise<number> {
    const answer = (await exchange(this.#relay.url, pieces, endsAtOnce)).toString("latin1");
    const what = () => `${JSON.stringify(Buffer.concat(pieces).toString("latin1").slice(0, 500))} was answered with `;
    holds(!answer.includes(besideTheWeb), () => `${what()}what lies beside the web folder`);
    holds(!answer.includes(this.#relay.folder.path), () => `${what()}a path of the relay`);
    holds(!inside.test(answer), () => `${what()}${inside.exec(answer)?.[0]}: ${answer.slice(0, 500)}`);
    const code = new RegExp(`^${blobHeaders.error}: (.*)\r$`, "im").exec(answer)?.[1];
    holds(code === undefined || Object.hasOwn(relayErrors, code), () => `${what()}the code ${code}`);
    if (answer === "") return 0;
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
    holds(status >= 100 && status < 600 && !notAllowed.has(status), () => `${what()}${answer.slice(0, 300)}`);
    return status;
  }
}

async function uploadBlob({ url }: RelayHere): Promise<KnownBlob> {
  const dice = new Dice("blob");
  const caller = await Caller.open(url, "anonymous", newAccount(dice));
  const { log } = caller;
  await caller.settle();
  caller.socket.destroy();
  const known = { log, blobId: dice.bytes(32), length: 50 };
  const permit = permitOf(log, known.blobId, known.length);
  const created = await fetch(`${url}${blobPath}`, {
    method: "POST",
    headers: {
      ...permit,
      "tus-resumable": tusVersion,
      [blobHeaders.blob]: toBase64url(known.blobId),
      "upload-length": String(known.length),
    },
  });
  const written = await fetch(`${url}${blobPath}/${toBase64url(known.blobId)}`, {
    method: "PATCH",
    headers: { ...permit, "tus-resumable": tusVersion, "content-type": offsetContentType, "upload-offset": "0" },
    body: new Uint8Array(known.length).fill(7),
  });
  holds(created.status === 201 && written.status === 204, () => "the relay takes no blob");
  return known;
}
