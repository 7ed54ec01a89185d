import { createHash, verify } from "node:crypto";
import { type CborValue, concatBytes, decodeCbor, encodeCbor, utf8 } from "@redoubt/base";
import { createGenesis, type Hashing, proveDevice } from "@redoubt/identity";
import {
  commonCodes,
  domains,
  isEventName,
  type Op,
  ops,
  readEvent,
  readResult,
  readServerMessage,
  type ServerMessage,
} from "@redoubt/wire";
import type { Dice } from "../dice.js";
import { Finding, holds } from "../target.js";
import { bytesOf64, type Key, type LogKeys, newKey, newLog } from "./keys.js";
import { RawSocket } from "./raw-socket.js";

const spki = Buffer.from("302a300506032b6570032100", "hex");

const hashing: Hashing = {
  sha256: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
  sha512: (bytes) => new Uint8Array(createHash("sha512").update(bytes).digest()),
  verify: (publicKey, message, signature) =>
    verify(null, message, { key: Buffer.concat([spki, publicKey]), format: "der", type: "spki" }, signature),
};

/** A person with one device and a log, as a relay knows them. */
export interface Account {
  readonly log: LogKeys;
  readonly genesis: Uint8Array;
  readonly accountId: Uint8Array;
  readonly username: string;
  readonly inboxId: Uint8Array;
  readonly device: Key;
}

export function newAccount(dice: Dice): Account {
  const username = `u${Buffer.from(dice.bytes(10)).toString("hex")}`;
  const [device, recovery, inboxId] = [newKey(dice), newKey(dice), dice.bytes(16)];
  const claim = proveDevice(username, device.publicKey, inboxId, device.sign);
  const { entry, account } = createGenesis(hashing, { username, devices: [claim], recovery, day: 20_000 });
  return { genesis: entry, accountId: account.accountId, username, inboxId, device, log: newLog(dice) };
}

/** Ids above those that cases use. */
const firstProbe = 0xf000_0000;

/** One who talks to a relay over one socket, and holds every message of it to the contract. */
export class Caller {
  readonly socket: RawSocket;
  readonly kind: "anonymous" | "named";
  readonly account: Account;
  nonce = new Uint8Array(32);
  #probes = 0;

  private constructor(socket: RawSocket, kind: Caller["kind"], account: Account) {
    this.socket = socket;
    this.kind = kind;
    this.account = account;
  }

  static async open(url: string, kind: Caller["kind"], account: Account): Promise<Caller> {
    const caller = new Caller(RawSocket.open(url, `/v1/${kind}`), kind, account);
    const hello = await caller.#next("the greeting");
    holds(hello?.kind === "event" && hello.name === "hello", () => "the relay does not greet");
    caller.nonce = (hello.body as [number, Uint8Array<ArrayBuffer>])[1];
    return caller;
  }

  get log(): LogKeys {
    return this.account.log;
  }

  /** Has the relay know the account and its log. */
  async settle(): Promise<void> {
    const { genesis, log } = this.account;
    await this.ask("register", [genesis, new Uint8Array(8), null]);
    await this.ask("create-log", [log.logId, log.write.publicKey, log.owner.publicKey, new Uint8Array(8)]);
  }

  /** Asks honestly, and reads what comes until the answer. @returns the answer; undefined if the connection ended */
  async ask(op: string, params: readonly CborValue[]): Promise<ServerMessage | undefined> {
    const id = firstProbe + (this.#probes++ % 0x0fff_ffff);
    this.socket.send(encodeCbor([id, op, params]));
    return this.until(id, op);
  }

  /** Reads what comes until the answer to a request. */
  async until(id: number, op?: string): Promise<ServerMessage | undefined> {
    for (;;) {
      const message = await this.#next(`an answer to ${op ?? "a request"}`);
      if (message === undefined) return undefined;
      if (message.kind === "event" || message.id !== id) continue;
      if (op !== undefined && Object.hasOwn(ops, op)) checkAnswer(op as Op, message);
      return message;
    }
  }

  /** An honest request that any socket answers. @returns whether it did */
  async isServed(): Promise<boolean> {
    const answer = await (this.kind === "named"
      ? this.ask("count-key-packages", [])
      : this.ask("unwatch", [this.log.logId]));
    return answer !== undefined;
  }

  /** Parameters that the operation accepts, where that takes a signature: what no schema says. */
  signed(op: string, dice: Dice): readonly CborValue[] | undefined {
    const { log, nonce, account } = this;
    const by = ({ sign }: Key, domain: string, ...parts: readonly Uint8Array[]) =>
      sign(concatBytes(utf8(domain), ...parts));
    switch (op) {
      case "register": {
        return [newAccount(dice).genesis, dice.bytes(8), null];
      }
      case "lookup":
        return [account.username];
      case "prove":
        return [log.logId, by(log.write, domains.prove, nonce, log.logId)];
      case "create-log":
        return [dice.bytes(32), dice.bytes(32), dice.bytes(32), dice.bytes(8)];
      case "append":
        return [log.logId, dice.bytes(16), dice.bytes(dice.below(100)), null];
      case "reset-log": {
        const signature = by(log.owner, domains.reset, log.logId, log.write.publicKey, bytesOf64(0));
        return [log.logId, log.write.publicKey, 0, signature];
      }
      case "change-owner": {
        const { publicKey } = log.owner;
        return [log.logId, publicKey, by(log.owner, domains.owner, log.logId, publicKey)];
      }
      case "delete-log":
        return [log.logId, by(log.owner, domains.delete, nonce, log.logId)];
      case "post":
        return [account.inboxId, dice.bytes(dice.below(100)), null, dice.bytes(8)];
      case "auth":
        return [
          account.accountId,
          account.device.publicKey,
          by(account.device, domains.auth, nonce, account.accountId),
        ];
      case "append-entry":
        return [account.genesis];
      default:
        return undefined;
    }
  }

  /** Ids and keys that mean something to the relay. */
  get known(): ReadonlyMap<number, readonly Uint8Array[]> {
    const { account, log } = this;
    return new Map([
      [16, [account.inboxId]],
      [32, [log.logId, account.accountId, log.write.publicKey, account.device.publicKey]],
    ]);
  }

  async #next(what: string): Promise<ServerMessage | undefined> {
    const bytes = await this.socket.next(what);
    return bytes === undefined ? undefined : readAsContract(bytes);
  }
}

/** @throws Finding for a message that the contract does not have */
function readAsContract(bytes: Uint8Array): ServerMessage {
  const message = readServerMessage(decodeCbor(bytes));
  if (message === undefined) throw new Finding("the relay said what is no message");
  if (message.kind === "event") {
    const { name, body } = message;
    holds(isEventName(name) && "value" in readEvent(name, body), () => `the event ${name} is not of its shape`);
  }
  return message;
}

/** @throws Finding unless an answer is what the contract says for the operation */
function checkAnswer(op: Op, message: ServerMessage): void {
  if (message.kind === "event") return;
  if (message.kind === "result") {
    holds("value" in readResult(op, message.result), () => `the result of ${op} is not of its shape`);
    return;
  }
  const codes: readonly string[] = [...commonCodes, ...ops[op].codes];
  holds(codes.includes(message.code), () => `${op} was refused with ${message.code}, which is not listed for it`);
  holds(message.code !== "internal", () => `${op} failed within`);
}
