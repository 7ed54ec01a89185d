import { inspect } from "node:util";
import { toHex, utf8 } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import {
  acceptApplication,
  acceptProposal,
  commit,
  exportGroupInfo,
  type Group,
  joinExternally,
  joinGroup,
  mergeCommit,
  openPastMessage,
  type PendingCommit,
  parseMessage,
  proposeUpdate,
  seal,
  stageCommit,
  verifyMessage,
} from "../../src/index.js";
import { testContext } from "../support/context.js";
import { groupOf, Member } from "../support/member.js";
import { secretsOf } from "./loot.js";

const context = testContext(3);

/** How the first bytes of a secret might show, whatever prints them. */
function faces(secret: Uint8Array): string[] {
  const start = secret.subarray(0, 9);
  const numbers = [...start];
  return [
    toHex(start),
    Buffer.from(start).toString("base64"),
    Buffer.from(start).toString("base64url"),
    Buffer.from(start).toString("hex").replace(/(..)/g, "$1 ").trim(),
    numbers.join(","),
    numbers.join(", "),
    JSON.stringify(Uint8Array.from(numbers)).slice(1, -1),
  ];
}

/** What a log might make of a value. */
function printed(value: unknown): string {
  const json = JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? `${inner}` : inner));
  const options = { depth: Infinity, maxArrayLength: null, maxStringLength: null, breakLength: Infinity };
  return [json, inspect(value, options), inspect({ nested: [value] }, options), String(value)].join("\n");
}

const [alice, bob] = groupOf(context, 3) as [Member, Member];
const update = proposeUpdate(context, bob.group);
const early = seal(context, alice.group, utf8("the text"));
const committed = commit(context, alice.group, {});
const carol = new Member(context, "carol");
const own = carol.publish();
const added = commit(context, alice.group, { proposals: [{ kind: "add", keyPackage: own.keyPackage }] });
const joined = joinGroup(context, added.welcome as Uint8Array, [own]);
const info = exportGroupInfo(context, alice.group, { externalPub: true });
const joinedExternally = joinExternally(context, info, new Member(context, "dan").identity);

const verified = <T>(bytes: Uint8Array, group: Group = bob.group) =>
  verifyMessage(context, group, parseMessage(bytes)) as T & ReturnType<typeof verifyMessage>;
const application = verified(early.message);
const proposal = verified(update.message, alice.group);
const incoming = verified(committed.message);
if (application.kind !== "application" || proposal.kind !== "proposal" || incoming.kind !== "commit") {
  throw new TypeError("messages of other kinds");
}
const staged = stageCommit(context, bob.group, incoming);
const merged = mergeCommit(bob.group, stageCommit(context, bob.group, incoming));
const openedPast = openPastMessage(context, merged.past, parseMessage(early.message));

/** All secrets behind all of the values. */
const secrets = [
  ...[alice.group, bob.group, early.group, update.group, joined.group, joinedExternally.group].flatMap(secretsOf),
  ...secretsOf(merged.group as Group),
  ...[committed.pending, added.pending].flatMap(({ path }: PendingCommit) => [
    path?.encryptionPrivateKey as Uint8Array,
    path?.pathSecret as Uint8Array,
  ]),
  ...[own.initPrivateKey, own.encryptionPrivateKey, own.signaturePrivateKey],
  ...[alice, bob].map(({ signatureKeys }) => signatureKeys.privateKey),
  ...[application, proposal, incoming].flatMap(({ consumed }) => [...consumed]),
];
const needles = secrets.flatMap(faces);

const values: Record<string, unknown> = {
  "a state": bob.group,
  "its epoch": bob.group.epoch,
  "its epoch's secrets": bob.group.epoch.secrets,
  "a state with an own update": update.group,
  "a sealed message": early,
  "a sent proposal": update,
  "a commit": committed,
  "a pending commit": committed.pending,
  "a key package of one's own": own,
  "a joined group": joined,
  "an externally joined group": joinedExternally,
  "a verified application message": application,
  "a verified proposal": proposal,
  "a verified commit": incoming,
  "an accepted message": acceptApplication(bob.group, application),
  "an accepted proposal": acceptProposal(context, alice.group, proposal),
  "a staged commit": staged,
  "a merged commit": merged,
  "a past epoch": merged.past,
  "an opened past message": openedPast,
  "a past epoch after a message": openedPast.past,
  "consumed secrets": early.consumed,
};

describe("neither JSON nor a console shows a secret of", () => {
  it.each(Object.keys(values))("%s", (name) => {
    const text = printed(values[name]);
    expect(text.length).toBeGreaterThan(10);
    expect(needles.filter((needle) => text.includes(needle))).toEqual([]);
  });

  it("anything, while a plain array of bytes would show", () => {
    const secret = secrets[0] as Uint8Array;
    for (const value of [secret, { secret }, [...secret], Buffer.from(secret), toHex(secret)]) {
      const text = printed(value);
      expect(faces(secret).some((face) => text.includes(face))).toBe(true);
    }
    expect(secrets.length).toBeGreaterThan(80);
  });
});
