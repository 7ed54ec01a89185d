import { asSecret, emptyBytes, toHex, utf8 } from "@redoubt/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveTreeSecret, expandWithLabel } from "../../src/labels.js";
import {
  createSecretTree,
  type LeafRatchets,
  type MessageKey,
  type RatchetKind,
  type RatchetLimits,
  type SecretTree,
  takeKeyAt,
  takeNextKey,
} from "../../src/protect/secret-tree.js";
import { directPath, nodeOfLeaf } from "../../src/tree/tree-math.js";
import { suiteOf } from "../support/context.js";
import { runs, runsTimeout } from "../support/runs.js";

const suite = suiteOf(3);
const encryptionSecret = () => asSecret(new Uint8Array(32).fill(0x5a));
const leafCount = 8;
const generations = 40;
const limits: RatchetLimits = { maxForward: 9, maxSkipped: 5 };

/** Every key that there is, derived from the top by RFC 9420 §9 and §9.1 as they stand. */
function allKeys(): Map<string, string> {
  const keys = new Map<string, string>();
  const expand = (secret: Uint8Array, label: string, context: Uint8Array) =>
    expandWithLabel(suite, secret, label, context, suite.hashLength);
  const descend = (secret: Uint8Array, first: number, count: number): void => {
    if (count > 1) {
      descend(expand(secret, "tree", utf8("left")), first, count / 2);
      return descend(expand(secret, "tree", utf8("right")), first + count / 2, count / 2);
    }
    for (const kind of ["handshake", "application"] as const) {
      let ratchet: Uint8Array = expand(secret, kind, emptyBytes);
      for (let generation = 0; generation < generations; generation++) {
        const derive = (label: string, length: number) => deriveTreeSecret(suite, ratchet, label, generation, length);
        const key = { key: derive("key", suite.keyLength), nonce: derive("nonce", suite.nonceLength) };
        keys.set(`${first}/${kind}/${generation}`, shown(key));
        ratchet = derive("secret", suite.hashLength);
      }
    }
  };
  descend(encryptionSecret(), 0, leafCount);
  return keys;
}

function shown({ key, nonce }: Pick<MessageKey, "key" | "nonce">): string {
  return `${toHex(key)} ${toHex(nonce)}`;
}

const expected = allKeys();

/** What a ratchet may still give, in numbers only. */
class Model {
  readonly #ratchets = new Map<string, { next: number; skipped: number[] }>();

  #ratchet(leaf: number, kind: RatchetKind) {
    const name = `${leaf}/${kind}`;
    const ratchet = this.#ratchets.get(name) ?? { next: 0, skipped: [] };
    this.#ratchets.set(name, ratchet);
    return ratchet;
  }

  takeNext(leaf: number, kind: RatchetKind): number {
    return this.#ratchet(leaf, kind).next++;
  }

  takeAt(leaf: number, kind: RatchetKind, generation: number): "taken" | "key-consumed" | "too-far-ahead" {
    const ratchet = this.#ratchet(leaf, kind);
    if (generation < ratchet.next) {
      const at = ratchet.skipped.indexOf(generation);
      if (at < 0) return "key-consumed";
      ratchet.skipped.splice(at, 1);
      return "taken";
    }
    if (generation - ratchet.next > limits.maxForward) return "too-far-ahead";
    while (ratchet.next < generation) ratchet.skipped.push(ratchet.next++);
    ratchet.next++;
    ratchet.skipped = ratchet.skipped.slice(-limits.maxSkipped);
    return "taken";
  }
}

const taking = fc.record({
  leaf: fc.nat({ max: leafCount - 1 }),
  kind: fc.constantFrom<RatchetKind>("handshake", "application"),
  /** Undefined takes the next one; else how far from the next. */
  offset: fc.option(fc.integer({ min: -12, max: limits.maxForward + 2 }), { nil: undefined }),
});

describe("the secret tree against all keys derived at once", () => {
  it(
    "gives the same keys, each at most once, within its limits",
    () => {
      fc.assert(
        fc.property(fc.array(taking, { minLength: 1, maxLength: 60, size: "max" }), (takings) => {
          const model = new Model();
          const taken = new Set<string>();
          const nexts = new Map<string, number>();
          let tree = createSecretTree(leafCount, encryptionSecret());
          for (const { leaf, kind, offset } of takings) {
            const at = nexts.get(`${leaf}/${kind}`) ?? 0;
            const generation = Math.max(0, at + (offset ?? 0));
            if (generation >= generations) continue;
            const result =
              offset === undefined
                ? { generation: model.takeNext(leaf, kind), what: "taken" as const }
                : { generation, what: model.takeAt(leaf, kind, generation) };
            const take = () =>
              offset === undefined
                ? takeNextKey(suite, tree, leaf, kind)
                : takeKeyAt(suite, tree, leaf, kind, generation, limits);
            if (result.what !== "taken") {
              const before = shownTree(tree);
              expect(take).toThrow(expect.objectContaining({ code: result.what }));
              expect(shownTree(tree)).toBe(before);
              continue;
            }
            const before = shownTree(tree);
            const { messageKey, generation: given, tree: next } = take();
            expect(shownTree(tree), "the tree from before is unchanged").toBe(before);
            expect(given).toBe(result.generation);
            const name = `${leaf}/${kind}/${given}`;
            expect(taken.has(name), `${name} is given once`).toBe(false);
            taken.add(name);
            expect(shown(messageKey)).toBe(expected.get(name));
            expect(next.ratchets[leaf]?.[kind].skipped.size).toBeLessThanOrEqual(limits.maxSkipped);
            nexts.set(`${leaf}/${kind}`, Math.max(at, given + 1));
            tree = next;
            expect(forgets(tree, taken), "what was taken cannot be derived again").toBe(true);
          }
        }),
        { numRuns: runs(60, 5000) },
      );
    },
    runsTimeout,
  );
});

function shownTree({ nodes, ratchets }: SecretTree): string {
  const shownRatchets = (of: LeafRatchets | undefined) =>
    of &&
    Object.entries(of).map(([kind, { generation, secret, skipped }]) => {
      return [kind, generation, toHex(secret), [...skipped].map(([at, key]) => [at, shown(key)])];
    });
  return JSON.stringify([nodes.map((secret) => secret && toHex(secret)), ratchets.map(shownRatchets)]);
}

/** Whether a thief of the tree derives no key that was taken (RFC 9420 §9.2): secrets lead forward and downward only. */
function forgets(tree: SecretTree, taken: ReadonlySet<string>): boolean {
  return [...taken].every((name) => {
    const [leaf, kind, generation] = name.split("/").map((part) => (Number.isNaN(Number(part)) ? part : Number(part)));
    const ratchet = tree.ratchets[leaf as number]?.[kind as RatchetKind];
    const above = [nodeOfLeaf(leaf as number), ...directPath(nodeOfLeaf(leaf as number), leafCount)];
    return (
      ratchet !== undefined &&
      ratchet.generation > (generation as number) &&
      !ratchet.skipped.has(generation as number) &&
      above.every((node) => tree.nodes[node] === undefined)
    );
  });
}
