import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import type { RelaySocket } from "./relay-socket.js";

const entryBytes = 300;

/** A log on a relay, with its write key. */
export class RelayLog {
  readonly #id = randomBytes(32);
  readonly #key = generateKeyPairSync("ed25519");

  /** Makes the log; the relay asks for no proof of work. */
  async create(socket: RelaySocket): Promise<void> {
    const publicKey = rawKey(this.#key.publicKey);
    await socket.call("create-log", [this.#id, publicKey, publicKey, new Uint8Array(8)]);
  }

  /** Lets a socket append. */
  async prove(socket: RelaySocket): Promise<void> {
    const message = Buffer.concat([Buffer.from("redoubt/prove/v1"), socket.nonce, this.#id]);
    await socket.call("prove", [this.#id, sign(null, message, this.#key.privateKey)]);
  }

  /** Appends an entry of 300 bytes; ends when the relay has it for good. */
  async append(socket: RelaySocket): Promise<void> {
    await socket.call("append", [this.#id, randomBytes(16), randomBytes(entryBytes), null]);
  }

  async watch(socket: RelaySocket): Promise<void> {
    await socket.call("watch", [this.#id, 1]);
  }
}

function rawKey(key: KeyObject): Uint8Array {
  return key.export({ format: "der", type: "spki" }).subarray(-32);
}
