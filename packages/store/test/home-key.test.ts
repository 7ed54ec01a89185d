import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { StoreError } from "../src/index.js";
import { createHomeKey, homeKeyState, makePrivateFolder, openHomeKey, writeHomeKey } from "../src/node/index.js";
import { codeOf } from "./driver-contract.js";
import { temporaryHome } from "./temporary-home.js";

/** Argon2 is slow on purpose, and slower on a busy machine. */
const patience = 120_000;

const keyFile = (home: string) => path.join(home, "key");
const modeOf = (file: string) => statSync(file).mode & 0o777;

async function refusal(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "accepted",
    (error: unknown) => (error instanceof StoreError ? error.code : String(error)),
  );
}

it("is drawn once, in a file of its owner's alone", async () => {
  const home = temporaryHome();
  expect(homeKeyState(home)).toBe("none");
  expect(await refusal(openHomeKey(home))).toBe("no-key");
  const key = await createHomeKey(home);
  expect(key).toHaveLength(32);
  expect(homeKeyState(home)).toBe("plain");
  expect(modeOf(keyFile(home))).toBe(0o600);
  expect(await openHomeKey(home)).toEqual(key);
  expect(await refusal(createHomeKey(home))).toBe("home-exists");
  expect(await createHomeKey(temporaryHome())).not.toEqual(key);
});

it("is refused when others can read its file", async () => {
  const home = temporaryHome();
  await createHomeKey(home);
  chmodSync(keyFile(home), 0o640);
  expect(await refusal(openHomeKey(home))).toBe("key-exposed");
});

it("is sealed under a passphrase, however that was typed", { timeout: patience }, async () => {
  const home = temporaryHome();
  const key = await createHomeKey(home, "caf\u00e9 ﬁve");
  expect(homeKeyState(home)).toBe("sealed");
  expect(modeOf(keyFile(home))).toBe(0o600);
  const bytes = readFileSync(keyFile(home));
  expect(bytes.includes(Buffer.from(key))).toBe(false);
  expect({ memoryKiB: bytes.readUInt32BE(2), passes: bytes.readUInt32BE(6) }).toEqual({ memoryKiB: 65_536, passes: 3 });
  expect(await openHomeKey(home, "cafe\u0301 five")).toEqual(key);
  expect(await refusal(openHomeKey(home))).toBe("passphrase-needed");
  expect(await refusal(openHomeKey(home, ""))).toBe("wrong-passphrase");
  expect(await refusal(openHomeKey(home, "cafe five"))).toBe("wrong-passphrase");
});

it("stays the same when the passphrase changes, or goes", { timeout: patience }, async () => {
  const home = temporaryHome();
  const key = await createHomeKey(home, "one");
  await writeHomeKey(home, key, "two");
  expect(await refusal(openHomeKey(home, "one"))).toBe("wrong-passphrase");
  expect(await openHomeKey(home, "two")).toEqual(key);
  await writeHomeKey(home, key);
  expect(await openHomeKey(home)).toEqual(key);
});

it("does not open from a file that was changed, cut, or lengthened, nor at another cost", {
  timeout: patience,
}, async () => {
  const home = temporaryHome();
  await createHomeKey(home, "one");
  const bytes = readFileSync(keyFile(home));
  const outcomeOf = (changed: Uint8Array) => {
    writeFileSync(keyFile(home), changed);
    return refusal(openHomeKey(home, "one"));
  };
  const flip = (at: number) => Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 1 : byte));
  expect(await outcomeOf(bytes.subarray(1))).not.toBe("accepted");
  expect(await outcomeOf(bytes.subarray(0, -1))).toBe("damaged");
  expect(await outcomeOf(Buffer.concat([bytes, Uint8Array.of(0)]))).toBe("damaged");
  expect(await outcomeOf(new Uint8Array())).toBe("damaged");
  expect(await outcomeOf(Uint8Array.of(2, ...bytes.subarray(1)))).toBe("newer-version");
  // Kind, memory (2), passes (2): less than we write, or more than a file may ask for.
  for (const at of [1, 2, 3, 6, 9]) expect([at, await outcomeOf(flip(at))]).toEqual([at, "damaged"]);
  // Memory (one KiB more), salt, sealed key: the seal does not hold.
  for (const at of [5, 10, 38]) {
    expect([at, await outcomeOf(flip(at))]).toEqual([at, "wrong-passphrase"]);
  }
  expect(await outcomeOf(bytes)).toBe("accepted");
});

it("stands in a folder of its owner's alone", () => {
  const home = path.join(temporaryHome(), "a", "b");
  makePrivateFolder(home);
  makePrivateFolder(home);
  expect(modeOf(home)).toBe(0o700);
  const file = path.join(home, "file");
  writeFileSync(file, "");
  expect(codeOf(() => makePrivateFolder(path.join(file, "home")))).toBe("not-writable");
});
