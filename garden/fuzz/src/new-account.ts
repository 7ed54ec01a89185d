import { createPrivateKey, createPublicKey, randomBytes, sign } from "node:crypto";
import { createGenesis, dayOf, type Hashing, proveDevice } from "@redoubt/identity";

/** An account of one device, and that device's key. */
export interface NewAccount {
  readonly accountId: Uint8Array;
  readonly genesis: Uint8Array;
  /** The device's. */
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

export function newAccount(hashing: Hashing, username: string): NewAccount {
  const [device, recovery] = [newKey(), newKey()];
  const inboxId = new Uint8Array(randomBytes(16));
  const { entry } = createGenesis(hashing, {
    username,
    devices: [proveDevice(username, device.publicKey, inboxId, device.sign)],
    recovery,
    day: dayOf(Date.now()),
  });
  return { accountId: hashing.sha256(entry), genesis: entry, ...device };
}

function newKey() {
  const seed = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), randomBytes(32)]);
  const privateKey = createPrivateKey({ key: seed, format: "der", type: "pkcs8" });
  const publicKey = new Uint8Array(createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32));
  return { publicKey, sign: (message: Uint8Array) => new Uint8Array(sign(null, message, privateKey)) };
}
