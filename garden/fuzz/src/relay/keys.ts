import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { concatBytes, type Ed25519Sign, toBase64url, utf8 } from "@redoubt/base";
import { blobHeaders, domains } from "@redoubt/wire";
import type { Dice } from "../dice.js";

export interface Key {
  readonly publicKey: Uint8Array;
  readonly sign: Ed25519Sign;
}

export interface LogKeys {
  readonly logId: Uint8Array;
  readonly write: Key;
  readonly owner: Key;
}

const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** An Ed25519 key of a seed that the dice give. */
export function newKey(dice: Dice): Key {
  const der = Buffer.concat([pkcs8, dice.bytes(32)]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const publicKey = new Uint8Array(createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32));
  return { publicKey, sign: (message) => new Uint8Array(sign(null, message, key)) };
}

export function newLog(dice: Dice): LogKeys {
  return { logId: dice.bytes(32), write: newKey(dice), owner: newKey(dice) };
}

export function bytesOf64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** What an upload must show, as headers. */
export function permitOf({ logId, write }: LogKeys, blobId: Uint8Array, length: number): Record<string, string> {
  const signature = write.sign(concatBytes(utf8(domains.blob), blobId, logId, bytesOf64(length)));
  return { [blobHeaders.log]: toBase64url(logId), [blobHeaders.signature]: toBase64url(signature) };
}
