import { equalBytes, toHex, utf8 } from "@redoubt/base";
import { expect } from "vitest";
import { checkTree } from "../../src/group/check-tree.js";
import { decodeRatchetTree, encodeRatchetTree, type MlsContext } from "../../src/index.js";
import type { ReadonlyTree } from "../../src/tree/ratchet-tree.js";
import { treeHash } from "../../src/tree/tree-hash.js";
import { directPath, nodeOfLeaf } from "../../src/tree/tree-math.js";
import type { Client } from "./client.js";

const info = utf8("which key is this");

/** Checks what must hold of a group after every merge. Remembers which key pairs it has seen to match. */
export class Agreement {
  readonly #context: MlsContext;
  readonly #matched = new WeakMap<Uint8Array, Uint8Array>();

  constructor(context: MlsContext) {
    this.#context = context;
  }

  check(members: readonly Client[]): void {
    const [first] = members;
    if (first === undefined) return;
    const { context, contextBytes, tree } = first.group.epoch;
    for (const member of members) {
      const { epoch } = member.group;
      expect(toHex(epoch.contextBytes), `${member.name}: group context`).toBe(toHex(contextBytes));
      expect(toHex(member.authenticator), `${member.name}: epoch authenticator`).toBe(toHex(first.authenticator));
      expect(toHex(member.treeHash), `${member.name}: tree hash`).toBe(toHex(context.treeHash));
      expect(epoch.tree.leaf(member.leafIndex)?.signatureKey, `${member.name}: leaf`).toEqual(
        member.signatureKeys.publicKey,
      );
      this.#checkNodeKeys(member, epoch.tree);
    }
    expect([...tree.members()]).toHaveLength(members.length);
    // A joiner has the bytes only: nothing cached, nothing that only our own objects know.
    const asJoined = decodeRatchetTree(encodeRatchetTree(tree));
    expect(toHex(treeHash(this.#context.suite, asJoined))).toBe(toHex(context.treeHash));
    checkTree(this.#context, asJoined, context);
  }

  /** The tree invariant (RFC 9420 §4.2): a member knows exactly the keys above it where it is not unmerged. */
  #checkNodeKeys(member: Client, tree: ReadonlyTree): void {
    const { nodeKeys, ownLeaf } = member.group.epoch;
    const leafNode = nodeOfLeaf(ownLeaf);
    const above = directPath(leafNode, tree.leafCount).filter((node) => {
      const parent = tree.parent(node);
      return parent !== undefined && !parent.unmergedLeaves.includes(ownLeaf);
    });
    const known = [...nodeKeys.keys()].sort((a, b) => a - b);
    expect(known, `${member.name}: nodes whose keys it knows`).toEqual([leafNode, ...above].sort((a, b) => a - b));
    for (const [node, privateKey] of nodeKeys) {
      const fits = this.#isPair(tree.encryptionKey(node), privateKey);
      expect(fits, `${member.name}: private key of node ${node}`).toBe(true);
    }
  }

  #isPair(publicKey: Uint8Array, privateKey: Uint8Array): boolean {
    const { hpke } = this.#context.suite;
    const matched = this.#matched.get(privateKey);
    if (matched !== undefined) return equalBytes(matched, publicKey);
    const sealed = hpke.seal(publicKey, info, info, info);
    const fits = hpke.open(privateKey, sealed, info, info) !== undefined;
    if (fits) this.#matched.set(privateKey, publicKey);
    return fits;
  }
}
