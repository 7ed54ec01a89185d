import { utf8 } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import {
  checkKeyPackage,
  generateKeyPackage,
  isLastResort,
  joinGroup,
  requiredCapabilitiesExtension,
  splitWelcome,
} from "../../src/index.js";
import { isGrease } from "../../src/structs/capabilities.js";
import { testContext } from "../support/context.js";
import { deliver, groupOf, longLifetime, Member } from "../support/member.js";

const context = testContext(3);
const code = (wanted: string) => expect.objectContaining({ code: wanted });

describe("key packages", () => {
  const identity = new Member(context, "alice").identity;

  it("carry GREASE in every list that may have it (RFC 9420 §13.5)", () => {
    const { keyPackage } = generateKeyPackage(context, identity, { lifetime: longLifetime });
    const { capabilities, extensions } = keyPackage.leafNode;
    for (const list of ["cipherSuites", "extensions", "proposals", "credentials"] as const) {
      expect(capabilities[list].some(isGrease)).toBe(true);
    }
    expect(extensions.some(({ type }) => isGrease(type))).toBe(true);
    expect(keyPackage.extensions.some(({ type }) => isGrease(type))).toBe(true);
    expect(() => checkKeyPackage(context, keyPackage, [])).not.toThrow();
  });

  it("are checked against the clock of whoever adds, and against a longest lifetime (§7.2, §7.3)", () => {
    const strict = { ...context, maxLifetime: 100n };
    const { keyPackage } = generateKeyPackage(context, identity, { lifetime: { notBefore: 1000n, notAfter: 1100n } });
    for (const now of [1000n, 1050n, 1100n, undefined]) {
      expect(() => checkKeyPackage(strict, keyPackage, [], now)).not.toThrow();
    }
    for (const now of [999n, 1101n])
      expect(() => checkKeyPackage(strict, keyPackage, [], now)).toThrow(code("invalid-leaf"));
    const longer = generateKeyPackage(context, identity, { lifetime: { notBefore: 1000n, notAfter: 1101n } });
    expect(() => checkKeyPackage(strict, longer.keyPackage, [], 1050n)).toThrow(code("invalid-leaf"));
  });

  it("of last resort open more than one group", () => {
    const own = generateKeyPackage(context, identity, { lifetime: longLifetime, lastResort: true });
    expect(isLastResort(own.keyPackage)).toBe(true);
    for (const groupId of [utf8("one"), utf8("two")]) {
      const founder = new Member(context, "founder").found(groupId);
      const { message, welcome } = founder.commit({ proposals: [{ kind: "add", keyPackage: own.keyPackage }] });
      founder.receive(message);
      const joined = joinGroup(context, welcome as Uint8Array, [own]);
      joined.consumed.wipe();
      const alice = new Member(context, "alice");
      alice.group = joined.group;
      deliver([founder, alice], alice.commit().message);
      expect(founder.authenticator).toEqual(alice.authenticator);
    }
  });

  it("that lack what the group requires are not added (§11.1, §13.4)", () => {
    const required = requiredCapabilitiesExtension({ extensions: [0xf101], proposals: [10], credentials: [1] });
    const able = { ...context, supported: { ...context.supported, extensions: [0xf101] } };
    const founder = new Member(able, "founder").found(utf8("demanding"), [required]);
    expect(() => founder.add(new Member(context, "unable"))).toThrow(code("invalid-leaf"));
    expect(founder.add(new Member(able, "able")).welcome).toBeInstanceOf(Uint8Array);
    expect(() => new Member(context, "unable").found(utf8("x"), [required])).toThrow(code("invalid-leaf"));
  });

  it("of a client that is there already, or of another suite, are refused", () => {
    const [alice, bob] = groupOf(context, 2) as [Member, Member];
    expect(() => alice.add(bob)).toThrow(code("invalid-tree"));
    expect(() => alice.add(new Member(testContext(1), "other suite"))).toThrow(code("invalid-key-package"));
  });
});

describe("groups have an end", () => {
  it("a commit beyond the most members is refused", () => {
    const small = { ...context, maxMembers: 3 };
    const members = groupOf(small, 3);
    expect(() => members[0]?.add(new Member(small, "one too many"))).toThrow(code("invalid-tree"));
  });
});

describe("welcomes", () => {
  it("are one for each newcomer, so that none tells how many there are", () => {
    const founder = new Member(context, "founder").found(utf8("split"));
    const newcomers = Array.from({ length: 3 }, (_, i) => new Member(context, `new-${i}`));
    const { message, welcome } = founder.add(...newcomers);
    founder.receive(message);
    const parts = splitWelcome(welcome as Uint8Array);
    expect(new Set(parts.map((part) => part.length)).size).toBe(1);
    newcomers.forEach((newcomer, i) => {
      expect(() => newcomer.join(parts[(i + 1) % 3] as Uint8Array)).toThrow(code("not-for-us"));
      expect(newcomer.join(parts[i] as Uint8Array).authenticator).toEqual(founder.authenticator);
    });
  });
});
