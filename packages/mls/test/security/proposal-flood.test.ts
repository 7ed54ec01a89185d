import { expect, it } from "vitest";
import { maxProposals } from "../../src/codec/limits.js";
import { acceptProposal, type Group, parseMessage, propose, verifyMessage } from "../../src/index.js";
import { testContext } from "../support/context.js";
import { groupOf, type Member } from "../support/member.js";

it("no more proposals are kept than a commit could hold, and the group stays as it was", () => {
  const context = testContext(1);
  const [alice, bob] = groupOf(context, 2) as [Member, Member];
  const { message } = propose(context, bob.group, { kind: "remove", removed: 0 });
  const { group } = alice;
  expect(group.proposals.size).toBe(0);
  const full: Group = Object.assign(Object.create(Object.getPrototypeOf(group)), group, {
    proposals: new Map(Array.from({ length: maxProposals }, (_, index) => [String(index), {}])),
  });
  const verified = verifyMessage(context, full, parseMessage(message));
  if (verified.kind !== "proposal") throw new Error("no proposal");
  expect(() => acceptProposal(context, full, verified)).toThrow(
    expect.objectContaining({ code: "too-many-proposals" }),
  );
  expect(full.proposals.size).toBe(maxProposals);
});
