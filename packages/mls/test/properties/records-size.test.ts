import { asSecret } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { recordChanges } from "../../src/index.js";
import {
  createSecretTree,
  defaultRatchetLimits,
  type SecretTree,
  takeKeyAt,
  takeNextKey,
} from "../../src/protect/secret-tree.js";
import { suiteOf } from "../support/context.js";

/** Bytes of names and values that a store writes to get from one state to another. */
function written(before: SecretTree, after: SecretTree): number {
  const changes = recordChanges(
    { secretTree: before, proposals: new Map() },
    { secretTree: after, proposals: new Map() },
  );
  return changes.reduce((sum, { name, value }) => sum + name.length + (value?.length ?? 0), 0);
}

describe.each([1, 2, 3, 0xf00e])("what a message rewrites of a state with 1,024 leaves, suite %i", (suiteId) => {
  const suite = suiteOf(suiteId);
  const fresh = createSecretTree(1024, asSecret(new Uint8Array(suite.hashLength).fill(1)));
  const open = (tree: SecretTree, leaf: number, generation: number) =>
    takeKeyAt(suite, tree, leaf, "application", generation, defaultRatchetLimits).tree;

  it("is little when a sender is first heard in an epoch", () => {
    for (const leaf of [0, 1, 511, 512, 1023]) {
      expect(written(fresh, open(fresh, leaf, 0))).toBeLessThanOrEqual(1024);
    }
  });

  it("is one ratchet when a sender is heard again, and when we seal", () => {
    const heard = open(fresh, 700, 0);
    expect(written(heard, open(heard, 700, 1))).toBeLessThanOrEqual(160);
    const sealed = takeNextKey(suite, fresh, 17, "application").tree;
    expect(written(fresh, sealed)).toBeLessThanOrEqual(1024);
    expect(written(sealed, takeNextKey(suite, sealed, 17, "application").tree)).toBeLessThanOrEqual(160);
  });

  it("is the skipped keys besides when messages come out of order", () => {
    const heard = open(fresh, 700, 0);
    const ahead = open(heard, 700, 11);
    expect(written(heard, ahead)).toBeLessThanOrEqual(2048);
    expect(written(ahead, open(ahead, 700, 5))).toBeLessThanOrEqual(200);
  });
});
