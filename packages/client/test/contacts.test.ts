import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createConversationContext, hashingOf } from "@redoubt/conversation";
import { createNodeProvider } from "@redoubt/crypto/node";
import { createEntry, createGenesis, proveDevice } from "@redoubt/identity";
import { openStore, type Store } from "@redoubt/store";
import { openLibsqlDriver } from "@redoubt/store/node";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Contacts } from "../src/contacts.js";
import { PinnedKeys } from "../src/key-verdict.js";

const provider = await createNodeProvider();
const context = createConversationContext(provider);
const hashing = hashingOf(provider);
const { Ed25519 } = provider.signatures;

function newSigner() {
  const { publicKey, privateKey } = Ed25519.generateKeyPair(provider.random);
  return { publicKey, sign: (message: Uint8Array) => Ed25519.sign(privateKey, message) };
}

function newDevice() {
  const { publicKey, sign } = newSigner();
  return proveDevice("bob", publicKey, provider.random(16), sign);
}

const recovery = newSigner();
const genesis = createGenesis(hashing, { username: "bob", devices: [newDevice()], recovery, day: 20_000 });

/** The account's chain with one device more: each call another one. */
function grown(): readonly Uint8Array[] {
  const change = { kind: "devices", intents: [{ kind: "add", device: newDevice() }] } as const;
  const { entry } = createEntry(hashing, { account: genesis.account, change, signer: recovery, day: 20_001 });
  return [genesis.entry, entry];
}

let folder: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "redoubt-contacts-"));
  store = openStore(openLibsqlDriver(path.join(folder, "store.db"), new Uint8Array(32).fill(1)));
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const contacts = () => new Contacts(context, store, new PinnedKeys(store));
const { accountId } = genesis.account;

it("an account is pinned when it is first seen, and followed when its chain goes on", () => {
  const people = contacts();
  people.meet([genesis.entry], "unknown");
  expect(people.verdict(accountId)).toBe("verified");
  expect(people.takeGrown()).toEqual([]);
  const chain = grown();
  people.meet(chain, "unknown");
  expect(people.chain(accountId)).toEqual(chain);
  expect(people.takeGrown()).toEqual([accountId]);
  // What is older takes nothing back.
  people.meet([genesis.entry], "unknown");
  expect(people.chain(accountId)).toEqual(chain);
  expect(people.verdict(accountId)).toBe("verified");
});

it("two chains that cannot both be true are a fork for good, with both as evidence", () => {
  const [first, second] = [grown(), grown()];
  contacts().meet(first, "accepted");
  const people = contacts();
  expect(() => people.meet(second, "accepted")).toThrow(expect.objectContaining({ code: "key-changed" }));
  expect(people.verdict(accountId)).toBe("fork");
  // As another start of the program sees it.
  expect(contacts().verdict(accountId)).toBe("fork");
  expect(contacts().chain(accountId)).toEqual(first);
  expect(store.forks.list()).toEqual([accountId]);
  expect(() => contacts().meet(first, "accepted")).toThrow(expect.objectContaining({ code: "key-changed" }));
});
