import { createHash } from "node:crypto";
import { concatBytes, utf8 } from "@redoubt/base";
import { type AccountState, createEntry, createGenesis, type Hashing, proveDevice } from "@redoubt/identity";
import { domains } from "@redoubt/wire";
import { verifyEd25519 } from "../src/ed25519.js";
import { type Key, newKey, random, sha256, type TestClient } from "./test-client.js";

export const hashing: Hashing = {
  sha256,
  sha512: (bytes) => new Uint8Array(createHash("sha512").update(bytes).digest()),
  verify: verifyEd25519,
};

/** The day that people's entries are of. */
export const day = 20_400;

/** Who has an account, with the keys of it. */
export interface Person {
  readonly username: string;
  readonly device: Key;
  readonly inboxId: Uint8Array;
  readonly recovery: Key;
  readonly genesis: Uint8Array;
  readonly account: AccountState;
}

export function newPerson(username: string, inboxId: Uint8Array = random(16)): Person {
  const [device, recovery] = [newKey(), newKey()];
  const devices = [proveDevice(username, device.publicKey, inboxId, device.sign)];
  const { entry, account } = createGenesis(hashing, { username, devices, recovery, day });
  return { username, device, inboxId, recovery, genesis: entry, account };
}

/** An entry that adds a device. */
export function addDevice(person: Person, account: AccountState, device: Key, inboxId: Uint8Array, signer: Key) {
  const claim = proveDevice(person.username, device.publicKey, inboxId, device.sign);
  return createEntry(hashing, {
    account,
    change: { kind: "devices", intents: [{ kind: "add", device: claim }] },
    signer,
    day,
  });
}

/** @param anonymous a connection. @returns the code of a refusal, or "ok" */
export function register(anonymous: TestClient, { genesis }: Person): Promise<string> {
  return anonymous.codeOf("register", [genesis, anonymous.stamp(sha256(genesis)), null]);
}

/** @param client a named connection. @returns the code of a refusal, or "ok" */
export function signIn(client: TestClient, { account }: Person, device: Key): Promise<string> {
  const proof = device.sign(concatBytes(utf8(domains.auth), client.nonce, account.accountId));
  return client.codeOf("auth", [account.accountId, device.publicKey, proof]);
}
