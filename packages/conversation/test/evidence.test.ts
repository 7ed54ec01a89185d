import { generateKeyPackage } from "@redoubt/mls";
import { describe, expect, it } from "vitest";
import { redoubtExtension } from "../src/context.js";
import { createAuthentication } from "../src/evidence.js";
import { context, Person } from "./support/person.js";

const authentication = createAuthentication(context.provider);
const lifetime = { notBefore: 0n, notAfter: 1n };
const leafOf = (person: Person) => generateKeyPackage(context.mls, person.identity, { lifetime }).keyPackage.leafNode;

describe("evidence in leaves", () => {
  const [alice, mallory] = [new Person("alice"), new Person("mallory")];
  const leaf = leafOf(alice);

  it("holds for a device's own leaf", () => {
    expect(authentication.refuse(leaf)).toBeUndefined();
  });

  it("is refused with another's key, chain or credential, or without a chain", () => {
    const other = leafOf(mallory);
    expect(authentication.refuse({ ...leaf, signatureKey: other.signatureKey })).toContain("another device's");
    expect(authentication.refuse({ ...leaf, extensions: other.extensions })).toContain("another account's");
    expect(authentication.refuse({ ...leaf, credential: other.credential })).toContain("another account's");
    expect(authentication.refuse({ ...leaf, extensions: [] })).toBeTypeOf("string");
    expect(authentication.refuse({ ...leaf, credential: { type: 1, identity: new Uint8Array(3) } })).toBeTypeOf(
      "string",
    );
  });

  it("is refused for every changed byte of the chain", () => {
    const chain = leaf.extensions.find(({ type }) => type === redoubtExtension.accountChain)?.data as Uint8Array;
    for (let i = 0; i < chain.length; i += 5) {
      const data = chain.with(i, (chain[i] as number) ^ 1);
      const extensions = [{ type: redoubtExtension.accountChain, data }];
      expect(authentication.refuse({ ...leaf, extensions })).toBeTypeOf("string");
    }
  });

  it("tells devices apart and knows a successor", () => {
    expect(authentication.clientId(leaf)).toBe(authentication.clientId(leafOf(alice)));
    expect(authentication.clientId(leaf)).not.toBe(authentication.clientId(leafOf(mallory)));
    expect(authentication.isSuccessor(leaf, leafOf(alice))).toBe(true);
    expect(authentication.isSuccessor(leaf, leafOf(mallory))).toBe(false);
  });
});
