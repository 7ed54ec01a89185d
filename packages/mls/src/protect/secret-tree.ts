import { emptyBytes, type Secret, utf8 } from "@redoubt/base";
import type { CipherSuite } from "@redoubt/crypto";
import { demand, MlsError } from "../error.js";
import { deriveTreeSecret, expandWithLabel } from "../labels.js";
import { left, nodeOfLeaf, parent, right, root } from "../tree/tree-math.js";

/** Which of a leaf's two ratchets (RFC 9420 §9.1): handshake for proposals and commits, application for the rest. */
export type RatchetKind = "handshake" | "application";

/** Key and nonce of one message (RFC 9420 §9.1). */
export interface MessageKey {
  readonly key: Secret;
  readonly nonce: Secret;
}

/**
 * A leaf's ratchet: `secret` gives the keys of `generation` and leads on; keys that were skipped wait in `skipped`
 * by generation, oldest first.
 */
export interface Ratchet {
  readonly generation: number;
  readonly secret: Secret;
  readonly skipped: ReadonlyMap<number, MessageKey>;
}

export type LeafRatchets = Readonly<Record<RatchetKind, Ratchet>>;

/**
 * The secret tree (RFC 9420 §9), immutable. A node's secret is there until a leaf below it is first used: then the
 * secrets on the way are replaced by those beside the way.
 */
export interface SecretTree {
  readonly leafCount: number;
  /** By node; sparse. */
  readonly nodes: readonly (Secret | undefined)[];
  /** By leaf; sparse. */
  readonly ratchets: readonly (LeafRatchets | undefined)[];
}

/** How far a ratchet may run (RFC 9420 §15.3). */
export interface RatchetLimits {
  /** Generations that one message may skip. Each costs three key derivations. */
  readonly maxForward: number;
  /** Keys of skipped messages that a ratchet keeps; the oldest go first. */
  readonly maxSkipped: number;
}

export const defaultRatchetLimits: RatchetLimits = { maxForward: 1024, maxSkipped: 1024 };

/** A key taken out of the tree: the tree without it, and the secrets that are consumed by taking it. */
export interface TakenKey {
  readonly tree: SecretTree;
  readonly generation: number;
  readonly messageKey: MessageKey;
  readonly consumed: readonly Secret[];
}

export function createSecretTree(leafCount: number, encryptionSecret: Secret): SecretTree {
  const nodes: (Secret | undefined)[] = new Array(2 * leafCount - 1).fill(undefined);
  nodes[root(leafCount)] = encryptionSecret;
  return { leafCount, nodes, ratchets: new Array(leafCount).fill(undefined) };
}

/** A leaf's ratchets, derived from the nearest secret above it if this is their first use. */
function openLeaf(
  suite: CipherSuite,
  tree: SecretTree,
  leafIndex: number,
): { readonly nodes: SecretTree["nodes"]; readonly ratchets: LeafRatchets; readonly consumed: Secret[] } {
  const known = tree.ratchets[leafIndex];
  if (known !== undefined) return { nodes: tree.nodes, ratchets: known, consumed: [] };
  const way = [nodeOfLeaf(leafIndex)];
  while (tree.nodes[way[0] as number] === undefined) {
    demand(way[0] !== root(tree.leafCount), "key-consumed", "the leaf's secrets are gone");
    way.unshift(parent(way[0] as number));
  }
  const nodes = tree.nodes.slice();
  const consumed: Secret[] = [];
  const hashLength = suite.hashLength;
  for (const node of way) {
    const secret = nodes[node] as Secret;
    consumed.push(secret);
    nodes[node] = undefined;
    if (node === nodeOfLeaf(leafIndex)) break;
    nodes[left(node)] = expandWithLabel(suite, secret, "tree", leftContext, hashLength);
    nodes[right(node)] = expandWithLabel(suite, secret, "tree", rightContext, hashLength);
  }
  const leafSecret = consumed.at(-1) as Secret;
  const ratchet = (label: RatchetKind): Ratchet => ({
    generation: 0,
    secret: expandWithLabel(suite, leafSecret, label, emptyBytes, hashLength),
    skipped: noneSkipped,
  });
  return { nodes, ratchets: { handshake: ratchet("handshake"), application: ratchet("application") }, consumed };
}

const leftContext = utf8("left");
const rightContext = utf8("right");
const noneSkipped: ReadonlyMap<number, MessageKey> = new Map();
const maxGeneration = 0xffffffff;

function messageKeyAt(suite: CipherSuite, secret: Secret, generation: number): MessageKey {
  return {
    key: deriveTreeSecret(suite, secret, "key", generation, suite.keyLength),
    nonce: deriveTreeSecret(suite, secret, "nonce", generation, suite.nonceLength),
  };
}

function replaceRatchet(
  tree: SecretTree,
  opened: ReturnType<typeof openLeaf>,
  leafIndex: number,
  kind: RatchetKind,
  ratchet: Ratchet,
): SecretTree {
  const ratchets = tree.ratchets.slice();
  ratchets[leafIndex] = { ...opened.ratchets, [kind]: ratchet };
  return { leafCount: tree.leafCount, nodes: opened.nodes, ratchets };
}

/** Takes the next key of a ratchet, to seal with. @throws MlsError `generations-exhausted` */
export function takeNextKey(suite: CipherSuite, tree: SecretTree, leafIndex: number, kind: RatchetKind): TakenKey {
  const opened = openLeaf(suite, tree, leafIndex);
  const { generation, secret, skipped } = opened.ratchets[kind];
  demand(generation < maxGeneration, "generations-exhausted", `leaf ${leafIndex}`);
  const messageKey = messageKeyAt(suite, secret, generation);
  const next = deriveTreeSecret(suite, secret, "secret", generation, suite.hashLength);
  return {
    tree: replaceRatchet(tree, opened, leafIndex, kind, { generation: generation + 1, secret: next, skipped }),
    generation,
    messageKey,
    consumed: [...opened.consumed, secret],
  };
}

/**
 * Takes the key of a given generation, to open with; keys that are passed over are kept within the limits.
 *
 * @throws MlsError `not-a-member`, `key-consumed`, `too-far-ahead`
 */
export function takeKeyAt(
  suite: CipherSuite,
  tree: SecretTree,
  leafIndex: number,
  kind: RatchetKind,
  generation: number,
  limits: RatchetLimits,
): TakenKey {
  demand(leafIndex < tree.leafCount, "not-a-member", `leaf ${leafIndex}`);
  const opened = openLeaf(suite, tree, leafIndex);
  const ratchet = opened.ratchets[kind];
  if (generation < ratchet.generation) {
    const messageKey = ratchet.skipped.get(generation);
    if (messageKey === undefined) throw new MlsError("key-consumed", `generation ${generation}`);
    const skipped = new Map(ratchet.skipped);
    skipped.delete(generation);
    return {
      tree: replaceRatchet(tree, opened, leafIndex, kind, { ...ratchet, skipped }),
      generation,
      messageKey,
      consumed: opened.consumed,
    };
  }
  demand(generation - ratchet.generation <= limits.maxForward, "too-far-ahead", `generation ${generation}`);
  demand(generation < maxGeneration, "generations-exhausted", `leaf ${leafIndex}`);
  const consumed = opened.consumed;
  let { secret, skipped } = ratchet;
  if (generation > ratchet.generation) {
    const kept = new Map(skipped);
    for (let at = ratchet.generation; at < generation; at++) {
      kept.set(at, messageKeyAt(suite, secret, at));
      consumed.push(secret);
      secret = deriveTreeSecret(suite, secret, "secret", at, suite.hashLength);
    }
    for (const [oldest, { key, nonce }] of kept) {
      if (kept.size <= limits.maxSkipped) break;
      kept.delete(oldest);
      consumed.push(key, nonce);
    }
    skipped = kept;
  }
  const messageKey = messageKeyAt(suite, secret, generation);
  const next = deriveTreeSecret(suite, secret, "secret", generation, suite.hashLength);
  consumed.push(secret);
  return {
    tree: replaceRatchet(tree, opened, leafIndex, kind, { generation: generation + 1, secret: next, skipped }),
    generation,
    messageKey,
    consumed,
  };
}
