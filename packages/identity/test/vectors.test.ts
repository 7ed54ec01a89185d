import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import {
  createEntry,
  createGenesis,
  type DeviceIntent,
  deviceIdOf,
  type EntryChange,
  proveDevice,
  type Signer,
  safetyNumber,
  verifyChain,
} from "../src/index.js";
import { hashing, signerOf } from "./node-hashing.js";

/** An account by its seeds, and the bytes that must come of it. Keys and hashes in hexadecimal. */
interface Vector {
  readonly username: string;
  readonly deviceSeeds: readonly string[];
  readonly inboxIds: readonly string[];
  readonly recoverySeeds: readonly string[];
  /** `signer` and the numbers in `add` and `revoke` are of devices, a signer of -1 is the newest recovery key. */
  readonly steps: readonly {
    readonly type: "genesis" | "devices" | "recovery" | "move" | "tombstone";
    readonly signer: number;
    readonly day: number;
    readonly add?: readonly number[];
    readonly revoke?: readonly number[];
    readonly target?: string;
    readonly entry: string;
    readonly hash: string;
  }[];
  readonly deviceIds: readonly string[];
  readonly accountId: string;
}

const { accounts, safetyNumbers } = JSON.parse(
  readFileSync(new URL("./vectors/chains.json", import.meta.url), "utf8"),
) as {
  accounts: readonly Vector[];
  safetyNumbers: readonly { a: string; b: string; number: string }[];
};

const fromHex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

it("there are as many vectors as were written", () => {
  expect(accounts.map(({ steps }) => steps.length)).toEqual([6, 1]);
  expect(safetyNumbers).toHaveLength(2);
});

it.each(accounts)("the account of $username comes out to the byte", (vector) => {
  const keys = vector.deviceSeeds.map((seed) => signerOf(fromHex(seed)));
  const recoveries = vector.recoverySeeds.map((seed) => signerOf(fromHex(seed)));
  const claims = keys.map(({ publicKey, sign }, n) => {
    return proveDevice(vector.username, publicKey, fromHex(vector.inboxIds[n] as string), sign);
  });
  expect(keys.map(({ publicKey }) => toHex(deviceIdOf(hashing.sha256, publicKey)))).toEqual(vector.deviceIds);

  const [first, ...later] = vector.steps;
  let recovery = recoveries.shift() as Signer;
  const devices = (first?.add ?? []).map((n) => claims[n] as (typeof claims)[0]);
  let made = createGenesis(hashing, { username: vector.username, devices, recovery, day: first?.day ?? 0 });
  const entries = [made.entry];
  for (const { type, signer, day, add = [], revoke = [], target = "" } of later) {
    const intents: DeviceIntent[] = [
      ...add.map((n): DeviceIntent => ({ kind: "add", device: claims[n] as (typeof claims)[0] })),
      ...revoke.map((n): DeviceIntent => ({ kind: "revoke", deviceId: fromHex(vector.deviceIds[n] as string) })),
    ];
    const by = signer === -1 ? recovery : (keys[signer] as Signer);
    if (type === "recovery") recovery = recoveries.shift() as Signer;
    const change = { kind: type, intents, target, recovery: recovery.publicKey } as EntryChange;
    made = createEntry(hashing, { account: made.account, change, signer: by, day });
    entries.push(made.entry);
  }

  expect(entries.map(toHex)).toEqual(vector.steps.map(({ entry }) => entry));
  const account = verifyChain(
    hashing,
    vector.steps.map(({ entry }) => fromHex(entry)),
  );
  expect(account).toEqual(made.account);
  expect(account.history.map(({ hash }) => toHex(hash))).toEqual(vector.steps.map(({ hash }) => hash));
  expect(toHex(account.accountId)).toBe(vector.accountId);
});

it.each(safetyNumbers)("the safety number is $number", ({ a, b, number }) => {
  expect(safetyNumber(hashing, fromHex(a), fromHex(b))).toBe(number);
  expect(safetyNumber(hashing, fromHex(b), fromHex(a))).toBe(number);
});
