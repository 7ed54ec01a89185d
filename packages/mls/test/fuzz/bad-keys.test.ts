import { describe, expect, it } from "vitest";
import { renewLeaf, signLeaf } from "../../src/group/own-leaf.js";
import { encodeRatchetTree, exportGroupInfo, joinExternally, parseGroupInfo } from "../../src/index.js";
import { extensionType, externalPubExtension } from "../../src/structs/extension.js";
import { setPathKeys } from "../../src/tree/parent-hash.js";
import { RatchetTree } from "../../src/tree/ratchet-tree.js";
import { testContext } from "../support/context.js";
import { groupOf, Member } from "../support/member.js";
import { signedGroupInfo } from "./forgery.js";

/** Public keys that no honest member has, and that nobody can encrypt to: refused by us, not by the cryptography. */
describe.each([1, 2, 0xf00e])("keys that nobody can encrypt to, suite %i", (suiteId) => {
  const context = testContext(suiteId);
  const { suite } = context;
  const [alice, bob] = groupOf(context, 2) as [Member, Member];
  const { epoch } = alice.group;
  const identity = new Member(context, "joiner").identity;
  const info = parseGroupInfo(exportGroupInfo(context, alice.group, { externalPub: true }));
  const badKeys = [0, 31, suite.hpke.publicKeyLength].map((length) => new Uint8Array(length));

  /** A tree that is right in everything but the key of its root. */
  function treeWith(rootKey: Uint8Array): RatchetTree {
    const leaves = [epoch.tree.leaf(0)!, bob.group.epoch.tree.leaf(1)!] as const;
    const tree = new RatchetTree(leaves, [undefined]);
    const path = tree.filteredDirectPath(0).map((step) => ({ ...step, encryptionKey: rootKey }));
    const parentHash = setPathKeys(suite, tree, 0, path);
    const { publicKey } = suite.hpke.generateKeyPair();
    const leaf = renewLeaf(leaves[0], {}, publicKey, { kind: "commit", parentHash });
    tree.setLeaf(0, signLeaf(suite, leaf, epoch.signaturePrivateKey, { groupId: epoch.context.groupId, leafIndex: 0 }));
    return tree;
  }

  function joinWith(tree: RatchetTree, externalPub: Uint8Array): Uint8Array {
    const extensions = [
      { type: extensionType.ratchetTree, data: encodeRatchetTree(tree) },
      externalPubExtension(externalPub),
    ];
    return joinExternally(context, signedGroupInfo(context, alice, tree, extensions), identity).message;
  }

  const goodTree = treeWith(suite.hpke.generateKeyPair().publicKey);
  const goodKey = info.extensions.find(({ type }) => type === extensionType.externalPub)!.data;
  const externalPub = goodKey.slice(goodKey.length - suite.hpke.publicKeyLength);

  it("are not in a tree that we join", () => {
    expect(joinWith(goodTree, externalPub).length).toBeGreaterThan(0);
    for (const bad of badKeys) {
      expect(() => joinWith(treeWith(bad), externalPub)).toThrow(expect.objectContaining({ code: "invalid-tree" }));
    }
  });

  it("are not what we join by", () => {
    for (const bad of badKeys) {
      expect(() => joinWith(goodTree, bad)).toThrow(expect.objectContaining({ code: "invalid-group-info" }));
    }
  });
});
