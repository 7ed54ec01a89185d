import { toHex, utf8 } from "@redoubt/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  commit,
  decodeGroup,
  decodePendingCommit,
  encodeGroup,
  encodePendingCommit,
  exportGroupInfo,
  type Group,
  type MlsContext,
  mergeCommit,
  parseMessage,
  proposeUpdate,
  seal,
  stageCommit,
  stageOwnCommit,
  verifyMessage,
} from "../../src/index.js";
import { runs, runsTimeout } from "../support/runs.js";
import { seededSuite } from "../support/seeded.js";
import { imageOf } from "./client.js";
import { lives } from "./operation.js";
import { World } from "./world.js";

/** What a state does next when chance has no say: everything that it would send, and the states it leads to. */
function nextBytes(world: MlsContext, suiteId: number, group: Group): Record<string, string> {
  const context: MlsContext = { ...world, suite: seededSuite(suiteId, 1) };
  const image = (next: Group) => imageOf(encodeGroup(next));
  const made = commit(context, group);
  const own = mergeCommit(made.group, stageOwnCommit(context, made.group, made.pending)).group as Group;
  const stored = decodePendingCommit(encodePendingCommit(made.pending));
  const again = mergeCommit(made.group, stageOwnCommit(context, made.group, stored)).group as Group;
  const updated = proposeUpdate(context, group);
  const waits = group.proposals.size > 0;
  const sealed = waits
    ? undefined
    : seal(context, group, utf8("next"), { padding: 7, authenticatedData: utf8("data") });
  return {
    commit: toHex(made.message),
    merged: image(own),
    mergedFromStored: image(again),
    update: toHex(updated.message) + image(updated.group),
    sealed: sealed ? toHex(sealed.message) + image(sealed.group) : "",
    groupInfo: toHex(exportGroupInfo(context, group, { externalPub: true })),
  };
}

describe("a state that was stored and read back", () => {
  it.each([
    { suiteId: 3, count: runs(10, 500) },
    { suiteId: 0xf00e, count: runs(2, 50) },
  ])(
    "is the same state, and sends the same bytes next (suite $suiteId)",
    ({ suiteId, count }) => {
      fc.assert(
        fc.property(lives(8, 8), fc.nat(), (life, which) => {
          const { context, members } = World.live(suiteId, life);
          const member = members[which % members.length]!;
          const decoded = decodeGroup(encodeGroup(member.group));
          expect(imageOf(encodeGroup(decoded))).toBe(member.image());
          const next = nextBytes(context, suiteId, member.group);
          expect(next["mergedFromStored"]).toBe(next["merged"]);
          expect(nextBytes(context, suiteId, decoded)).toEqual(next);

          const other = members[(which + 1) % members.length]!;
          if (other === member) return;
          const message = commit(context, other.group).message;
          const follow = (group: Group): Group => {
            const verified = verifyMessage(context, group, parseMessage(message));
            if (verified.kind !== "commit") throw new Error(verified.kind);
            return mergeCommit(group, stageCommit(context, group, verified)).group as Group;
          };
          // The commit takes up what was proposed, and may remove us by that.
          const [after, afterDecoded] = [follow(member.group), follow(decoded)];
          expect(afterDecoded && imageOf(encodeGroup(afterDecoded))).toBe(after && imageOf(encodeGroup(after)));
        }),
        { numRuns: count },
      );
    },
    runsTimeout,
  );
});
