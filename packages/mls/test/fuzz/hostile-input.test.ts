import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  acceptApplication,
  acceptProposal,
  encodeGroup,
  exportGroupInfo,
  joinExternally,
  joinGroup,
  MlsError,
  parseGroupInfo,
  parseMessage,
  stageCommit,
  verifyMessage,
} from "../../src/index.js";
import { imageOf } from "../properties/client.js";
import { testContext } from "../support/context.js";
import { Member } from "../support/member.js";
import { runs, runsTimeout } from "../support/runs.js";
import { busyGroup } from "./corpus.js";
import { forgedCommit, forgedGroupInfo, forgedProposal } from "./forgery.js";
import { mutate, mutations, sampleOf } from "./mutation.js";

/** Runs a property and counts what came of each case. */
function tally(count: number, property: (feed: (outcome: string) => void) => fc.IProperty<unknown>) {
  const outcomes = new Map<string, number>();
  fc.assert(
    property((outcome) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)),
    { numRuns: count },
  );
  return outcomes;
}

describe.each([
  { suiteId: 3, share: 1 },
  { suiteId: 2, share: 0.1 },
  { suiteId: 0xf00e, share: 0.1 },
])("hostile input, suite $suiteId", ({ suiteId, share }) => {
  const context = testContext(suiteId);
  const { members, messages } = busyGroup(context);
  const [alice, bob] = members as [Member, Member];
  const victim = members.at(-1)!;
  const groupMessages = messages.filter((bytes) => bytes[3] === 1 || bytes[3] === 2);
  const samples = groupMessages.map((bytes) => sampleOf(bytes, parseMessage));
  const image = imageOf(encodeGroup(victim.group));

  /** Does with a message all that a member does. @returns what came of it: a code, or what it was */
  function take(bytes: Uint8Array): string {
    try {
      const verified = verifyMessage(context, victim.group, parseMessage(bytes));
      if (verified.kind === "application") acceptApplication(victim.group, verified);
      else if (verified.kind === "proposal") acceptProposal(context, victim.group, verified);
      else stageCommit(context, victim.group, verified);
      return verified.kind;
    } catch (error) {
      if (!(error instanceof MlsError)) throw error;
      return error.code;
    }
  }

  describe("to a member", () => {
    it(
      "that an outsider changed is refused, and changes nothing",
      () => {
        const outcomes = tally(runs(1_500, 60_000) * share, (feed) =>
          fc.property(fc.nat(), fc.nat(), mutations, (which, donor, list) => {
            const sample = samples[which % samples.length]!;
            const bytes = mutate(sample, list, groupMessages[donor % groupMessages.length]!);
            // Mutations may cancel out.
            if (!groupMessages.some((message) => Buffer.from(message).equals(bytes))) feed(take(bytes));
          }),
        );
        for (const kind of ["application", "proposal", "commit"]) expect(outcomes.get(kind), kind).toBeUndefined();
        expect(outcomes.size, "kinds of refusal").toBeGreaterThan(2);
        expect(imageOf(encodeGroup(victim.group))).toBe(image);
      },
      runsTimeout,
    );

    it(
      "that a member made and signed is refused or holds, and changes nothing",
      () => {
        const forgers = [forgedCommit(context, bob), forgedProposal(context, bob)].flat();
        const outcomes = tally(runs(1_500, 60_000) * share, (feed) =>
          fc.property(fc.nat(), mutations, (which, list) => {
            const forged = forgers[which % forgers.length]!(list);
            if (forged !== undefined) feed(take(forged));
          }),
        );
        // How many there are is chance where the share is small.
        expect(outcomes.size, "kinds of refusal").toBeGreaterThan(2);
        expect(imageOf(encodeGroup(victim.group))).toBe(image);
      },
      runsTimeout,
    );
  });

  describe("to a joiner", () => {
    const joiner = new Member(context, "joiner");
    const { welcome } = alice.commit({
      proposals: [{ kind: "add", keyPackage: joiner.publish().keyPackage }],
      references: [],
    });

    function join(bytes: Uint8Array): string {
      try {
        // Joining wipes nothing by itself: the same key package serves again and again.
        joinGroup(context, bytes, joiner.keyPackages);
        return "joined";
      } catch (error) {
        if (!(error instanceof MlsError)) throw error;
        return error.code;
      }
    }

    it(
      "by a welcome that was changed is refused",
      () => {
        expect(join(welcome!)).toBe("joined");
        const sample = sampleOf(welcome!, (bytes) => join(bytes));
        const outcomes = tally(runs(500, 20_000) * share, (feed) =>
          fc.property(mutations, (list) => {
            const bytes = mutate(sample, list, welcome!);
            if (!Buffer.from(welcome!).equals(bytes)) feed(join(bytes));
          }),
        );
        expect(outcomes.get("joined")).toBeUndefined();
        expect(outcomes.size, "kinds of refusal").toBeGreaterThan(1);
      },
      runsTimeout,
    );

    function joinFromOutside(bytes: Uint8Array): string {
      try {
        joinExternally(context, bytes, joiner.identity);
        return "joined";
      } catch (error) {
        if (!(error instanceof MlsError)) throw error;
        return error.code;
      }
    }

    it(
      "by group information that was changed is refused",
      () => {
        const info = exportGroupInfo(context, alice.group, { externalPub: true });
        expect(joinFromOutside(info)).toBe("joined");
        const sample = sampleOf(info, parseGroupInfo);
        const outcomes = tally(runs(500, 20_000) * share, (feed) =>
          fc.property(mutations, (list) => {
            const bytes = mutate(sample, list, info);
            if (!Buffer.from(info).equals(bytes)) feed(joinFromOutside(bytes));
          }),
        );
        expect(outcomes.get("joined")).toBeUndefined();
      },
      runsTimeout,
    );

    it(
      "by group information that a member made and signed is refused, or leads into what it says",
      () => {
        const forge = forgedGroupInfo(context, alice);
        const outcomes = tally(runs(1_000, 30_000) * share, (feed) =>
          fc.property(mutations, fc.boolean(), (list, inTree) => {
            const forged = forge(list, inTree ? "tree" : "extensions");
            if (forged !== undefined) feed(joinFromOutside(forged));
          }),
        );
        expect(outcomes.size, "kinds of refusal").toBeGreaterThan(0);
      },
      runsTimeout,
    );
  });
});
