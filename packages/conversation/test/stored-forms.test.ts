import { asSecret, type CborValue, CodedError, encodeCbor, toHex } from "@redoubt/base";
import { encodeMessage } from "@redoubt/mls";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redoubtExtension } from "../src/context.js";
import {
  decodeDetail,
  decodeIntent,
  decodeLetterBody,
  encodeDetail,
  encodeIntent,
  encodeLetterBody,
  type GroupPolicy,
  type Intent,
  type LetterBody,
  policyLimits,
  readPolicy,
} from "../src/index.js";
import { directPolicy, groupPolicy, policyExtension } from "../src/policy.js";
import { decodeClaim, encodeClaim } from "../src/position.js";
import { Account } from "./support/account.js";
import type { Device } from "./support/device.js";
import { runs } from "./support/runs.js";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const utf = (most: number) => fc.string({ unit: "grapheme", maxLength: most });
const role = fc.constantFrom("member", "admin", "owner");

const permissions = fc.record({ add: role, remove: role, info: role, post: role, pin: role });

const policies: fc.Arbitrary<GroupPolicy> = fc
  .record({
    title: utf(20).filter((title) => title !== ""),
    description: utf(100),
    avatar: fc.uint8Array({ maxLength: 40 }),
    grants: fc.uniqueArray(bytes(32), { maxLength: 5, selector: (account) => account.join() }),
    permissions,
    pinned: fc.array(bytes(32), { maxLength: 16 }),
    disappearing: fc.integer({ min: 0, max: policyLimits.disappearing }),
    receipts: fc.boolean(),
    typing: fc.boolean(),
    home: fc.record({ relay: utf(40), moves: fc.nat() }),
  })
  .map(({ grants, ...rest }) => ({
    kind: "group",
    ...rest,
    grants: grants
      .toSorted(Buffer.compare)
      .map((account, i) => ({ account, role: i % 2 === 0 ? "owner" : "admin" }) as const),
  }));

const device = new Account("someone").devices[0] as Device;
const invited = [device.invite(), device.invite({ groupId: new Uint8Array(32), number: 7 })] as const;

const edits = fc.oneof(
  fc.record({ kind: fc.constant("info" as const), title: utf(9), avatar: bytes(3) }, { requiredKeys: ["kind"] }),
  fc.record({ kind: fc.constant("role" as const), account: bytes(32), role }),
  fc.record({ kind: fc.constant("permissions" as const), permissions }),
  fc.record({ kind: fc.constant("pin" as const), message: bytes(32), isPinned: fc.boolean() }),
  fc.record(
    { kind: fc.constant("rules" as const), disappearing: fc.nat(), receipts: fc.boolean() },
    { requiredKeys: ["kind"] },
  ),
  fc.record({ kind: fc.constant("move" as const), relay: utf(30), moves: fc.integer({ min: 1, max: 99 }) }),
);

const intents = fc.oneof(
  fc.record({ kind: fc.constant("add"), invited: fc.subarray([...invited]) }),
  fc.record({ kind: fc.constant("remove"), accounts: fc.array(bytes(32), { maxLength: 4 }) }),
  fc.record({ kind: fc.constant("edit"), edit: edits }),
  fc.record({ kind: fc.constant("edit"), edit: edits, ownerSeed: bytes(32).map((seed) => asSecret<32>(seed)) }),
  fc.constantFrom({ kind: "tidy" }, { kind: "leave" }),
  fc.record({ kind: fc.constant("rejoin"), invited: fc.constantFrom(...invited) }),
  fc.record({ kind: fc.constant("revoke"), chain: fc.array(bytes(9), { maxLength: 4 }) }),
  fc.record({ kind: fc.constant("renew"), replaces: bytes(9) }),
) as fc.Arbitrary<Intent>;

const letters = fc.oneof(
  fc.record({
    kind: fc.constant("rejoin"),
    conversation: bytes(32),
    keyPackage: fc.constant(invited[0].keyPackage),
  }),
  fc.record({ kind: fc.constant("owner-key"), conversation: bytes(32), logId: bytes(32), ownerSeed: bytes(32) }),
  fc.record({
    kind: fc.constant("standing"),
    conversation: bytes(32),
    standing: fc.record({
      epoch: fc.nat().map(BigInt),
      transcript: bytes(64),
      past: fc.array(bytes(64), { maxLength: 5 }),
    }),
    wantsAnswer: fc.boolean(),
  }),
) as fc.Arbitrary<LetterBody>;

const claims = fc.record({
  seq: fc.nat(),
  head: bytes(32),
  chains: fc.array(fc.array(bytes(5), { maxLength: 3 }), { maxLength: 16 }),
});

/** Encoding, and encoding what was decoded of given bytes. */
const forms: [string, fc.Arbitrary<Uint8Array>, (bytes: Uint8Array) => Uint8Array | undefined][] = [
  [
    "rules",
    policies.map((policy) => policyExtension(policy).data),
    (data) => policyExtension(readPolicy([{ type: redoubtExtension.policy, data }])).data,
  ],
  ["an intent", intents.map(encodeIntent), (value) => encodeIntent(decodeIntent(value))],
  [
    "a letter",
    letters.map(encodeLetterBody),
    (value) => {
      const letter = decodeLetterBody(value);
      return letter && encodeLetterBody(letter);
    },
  ],
  [
    "a claim",
    claims.map((claim) => encodeClaim(claim, claim.chains)),
    (value) => {
      const claim = decodeClaim(value);
      return encodeClaim(claim, claim.chains);
    },
  ],
];

describe.each(forms)("the bytes of %s", (_, made, again) => {
  it("give back what they were made of", () => {
    fc.assert(
      fc.property(made, (value) => {
        expect(toHex(again(value) ?? new Uint8Array(0))).toBe(toHex(value));
      }),
      { numRuns: runs(100, 5_000) },
    );
  });

  it("are the only ones of their meaning; others are refused with a code, and never anything worse", () => {
    const change = fc.record({ at: fc.nat(), with: fc.integer({ min: 0, max: 255 }), cut: fc.boolean() });
    fc.assert(
      fc.property(made, fc.array(change, { minLength: 1, maxLength: 3 }), (value, changes) => {
        let changed = value;
        for (const { at, with: by, cut } of changes) {
          if (changed.length === 0) break;
          const place = at % changed.length;
          changed = cut ? changed.slice(0, place) : changed.with(place, by);
        }
        let decoded: Uint8Array | undefined;
        try {
          decoded = again(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(CodedError);
          return;
        }
        expect(toHex(decoded ?? changed)).toBe(toHex(changed));
      }),
      { numRuns: runs(300, 20_000) },
    );
  });
});

describe("limits", () => {
  const group = groupPolicy(new Uint8Array(32), "a", "https://relay.example");
  const account = (i: number) =>
    new Uint8Array(32)
      .fill(255)
      .with(0, i >> 8)
      .with(1, i & 255);
  const tooMuch: [string, Partial<GroupPolicy>][] = [
    ["no title", { title: "" }],
    ["a title", { title: "é".repeat(129) }],
    ["a description", { description: "x".repeat(policyLimits.description + 1) }],
    ["a picture", { avatar: new Uint8Array(policyLimits.avatar + 1) }],
    [
      "roles",
      { grants: Array.from({ length: policyLimits.grants + 1 }, (_, i) => ({ account: account(i), role: "admin" })) },
    ],
    ["one account twice", { grants: [0, 0].map((i) => ({ account: account(i), role: "admin" })) }],
    ["roles out of order", { grants: [1, 0].map((i) => ({ account: account(i), role: "admin" })) }],
    ["an account id", { grants: [{ account: new Uint8Array(31), role: "admin" }] }],
    ["pins", { pinned: Array.from({ length: policyLimits.pinned + 1 }, () => new Uint8Array(32)) }],
    ["a pin", { pinned: [new Uint8Array(33)] }],
    ["an origin", { home: { relay: "é".repeat(128), moves: 0 } }],
    ["a time", { disappearing: policyLimits.disappearing + 1 }],
    ["a time below none", { disappearing: -1 }],
  ];

  it.each(tooMuch)("of rules: %s", (_, change) => {
    expect(() => policyExtension({ ...group, ...change })).toThrow(expect.objectContaining({ code: "bad-policy" }));
  });

  it("of a direct conversation's rules: two accounts in order", () => {
    const [a, b] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const policy = directPolicy(b, a, "https://relay.example");
    expect(policy.accounts).toEqual([a, b]);
    expect(readPolicy([policyExtension(policy)])).toEqual(policy);
    expect(() => policyExtension({ ...policy, accounts: [b, a] })).toThrow(
      expect.objectContaining({ code: "bad-policy" }),
    );
  });

  it("of a claim: sixteen chains of 512 entries", () => {
    const position = { seq: 1, head: new Uint8Array(32) };
    const chain = (length: number) => Array.from({ length }, () => new Uint8Array(1));
    const malformed = expect.objectContaining({ code: "malformed" });
    expect(
      decodeClaim(
        encodeClaim(
          position,
          Array.from({ length: 16 }, () => chain(512)),
        ),
      ).chains,
    ).toHaveLength(16);
    expect(() =>
      decodeClaim(
        encodeClaim(
          position,
          Array.from({ length: 17 }, () => chain(1)),
        ),
      ),
    ).toThrow(malformed);
    expect(() => decodeClaim(encodeClaim(position, [chain(513)]))).toThrow(malformed);
  });

  it("of a letter: kinds are numbers, not what reads like one", () => {
    const standing = [5, new Uint8Array(32), [], true];
    const withKind = (kind: CborValue) => decodeLetterBody(encodeCbor([1, kind, new Uint8Array(32), ...standing]));
    expect(withKind(2)).toMatchObject({ kind: "standing" });
    for (const kind of [Uint8Array.of(2), "2", [2], null]) expect(withKind(kind)).toBeUndefined();
  });

  it("of a letter: ids of 32 bytes, five epochs, and a key package where one is due", () => {
    const refused = (...fields: CborValue[]) => {
      expect(() => decodeLetterBody(encodeCbor([1, ...fields]))).toThrow(CodedError);
    };
    const [id, hash] = [new Uint8Array(32), new Uint8Array(64)];
    const keyPackage = encodeMessage({ kind: "keyPackage", keyPackage: invited[0].keyPackage });
    refused(0, new Uint8Array(31), keyPackage);
    refused(0, id, new Uint8Array(9));
    refused(0, id, keyPackage, 1);
    refused(1, id, id, new Uint8Array(31));
    refused(
      2,
      id,
      1,
      hash,
      Array.from({ length: 6 }, () => hash),
      true,
    );
    refused(2, id, 1, new Uint8Array(65), [], true);
    refused(2, id, -1, hash, [], true);
    expect(decodeLetterBody(encodeCbor([1, 9, id]))).toBeUndefined();
  });

  it("of what is stored of a conversation: it comes back as it was", () => {
    const { access } = { access: { relay: "r", logId: new Uint8Array(32), ownerSeed: undefined } };
    const secret = () => asSecret<32>(new Uint8Array(32).fill(3));
    const detail = {
      access: { ...access, logSecret: secret(), writeSeed: secret() },
      position: { seq: 9, head: new Uint8Array(32) },
      placeOffset: 4,
      begun: 7,
      leaving: [new Uint8Array(32)],
      said: [{ key: new Uint8Array(32), seq: 8 }],
    };
    expect(decodeDetail(encodeDetail(detail))).toEqual(detail);
  });
});
