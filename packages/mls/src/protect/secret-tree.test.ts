import { asSecret, toHex } from "@redoubt/base";
import { describe, expect, it } from "vitest";
import { suiteOf } from "../../test/support/context.js";
import { createSecretTree, defaultRatchetLimits, type SecretTree, takeKeyAt, takeNextKey } from "./secret-tree.js";

const suite = suiteOf(3);
const fresh = () => createSecretTree(4, asSecret(new Uint8Array(32).fill(1)));
const refusal = (code: string) => expect.objectContaining({ code });

/** A tree whose leaf 0 stands at a generation. */
function treeAt(generation: number): SecretTree {
  const { tree } = takeNextKey(suite, fresh(), 0, "application");
  const ratchets = tree.ratchets.map((of) => of && { ...of, application: { ...of.application, generation } });
  return { ...tree, ratchets };
}

describe("the secret tree's limits", () => {
  const take = (tree: SecretTree, generation: number, limits = defaultRatchetLimits) =>
    takeKeyAt(suite, tree, 0, "application", generation, limits);

  it("let a message skip as many generations as allowed, and not one more", () => {
    const limits = { maxForward: 3, maxSkipped: 2 };
    expect(take(fresh(), 3, limits).tree.ratchets[0]?.application.skipped.size).toBe(2);
    expect(() => take(fresh(), 4, limits)).toThrow(refusal("too-far-ahead"));
    expect(() => take(fresh(), 0xffffffff, limits)).toThrow(refusal("too-far-ahead"));
  });

  it("drop the oldest of the skipped keys, and give them up to be wiped", () => {
    const { tree, consumed } = take(fresh(), 3, { maxForward: 3, maxSkipped: 1 });
    expect([...(tree.ratchets[0]?.application.skipped.keys() ?? [])]).toEqual([2]);
    expect(() => take(tree, 1)).toThrow(refusal("key-consumed"));
    const gone = take(fresh(), 0).messageKey;
    expect(consumed.map(toHex)).toEqual(expect.arrayContaining([toHex(gone.key), toHex(gone.nonce)]));
  });

  it("end an epoch's generations before 32 bits run over", () => {
    const last = treeAt(0xfffffffe);
    expect(takeNextKey(suite, last, 0, "application").generation).toBe(0xfffffffe);
    const { tree } = takeNextKey(suite, last, 0, "application");
    expect(() => takeNextKey(suite, tree, 0, "application")).toThrow(refusal("generations-exhausted"));
    expect(() => take(tree, 0xffffffff)).toThrow(refusal("generations-exhausted"));
  });

  it("keep to the leaves that there are", () => {
    expect(() => takeKeyAt(suite, fresh(), 4, "application", 0, defaultRatchetLimits)).toThrow(refusal("not-a-member"));
    expect(() => takeKeyAt(suite, fresh(), 2 ** 32 - 1, "handshake", 0, defaultRatchetLimits)).toThrow(
      refusal("not-a-member"),
    );
  });
});
