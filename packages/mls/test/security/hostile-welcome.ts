import { asSecret } from "@redoubt/base";
import { signGroupInfo } from "../../src/group/group-info.js";
import { makeWelcome } from "../../src/group/welcome.js";
import { encodeMessage, type Group, type KeyPackage, type MlsContext } from "../../src/index.js";
import { openEpoch, zeroSecret } from "../../src/schedule/key-schedule.js";
import { encodeGroupContext } from "../../src/structs/group-context.js";
import type { RatchetTree } from "../../src/tree/ratchet-tree.js";
import { treeHash } from "../../src/tree/tree-hash.js";

/** What a hostile welcomer may lie about. All that is left out fits together, and fits the tree. */
export interface WelcomeLies {
  readonly treeHash?: Uint8Array;
  readonly signer?: number;
  readonly privateKey?: Uint8Array;
  readonly confirmationTag?: Uint8Array;
  readonly pathSecret?: Uint8Array;
  /** The init key that the group secrets are encrypted to, instead of the newcomer's. */
  readonly initKey?: Uint8Array;
}

/** A Welcome that a member makes to an epoch of its own invention, with whatever tree it likes. */
export function forgeWelcome(
  context: MlsContext,
  welcomer: Group,
  keyPackage: KeyPackage,
  tree: RatchetTree,
  lies: WelcomeLies = {},
): Uint8Array {
  const { suite } = context;
  const { epoch } = welcomer;
  const groupContext = {
    ...epoch.context,
    epoch: epoch.context.epoch + 1n,
    treeHash: lies.treeHash ?? treeHash(suite, tree),
    confirmedTranscriptHash: suite.random(suite.hashLength),
  };
  const joinerSecret = asSecret(suite.random(suite.hashLength));
  const pskSecret = zeroSecret(suite);
  const { secrets } = openEpoch(suite, joinerSecret, pskSecret, encodeGroupContext(groupContext));
  const right = suite.mac(secrets.confirmation, groupContext.confirmedTranscriptHash);
  const info = signGroupInfo(
    suite,
    {
      context: groupContext,
      tree,
      confirmationTag: lies.confirmationTag ?? right,
      signer: lies.signer ?? epoch.ownLeaf,
      signaturePrivateKey: lies.privateKey ?? epoch.signaturePrivateKey,
    },
    {},
  );
  const pathSecret = lies.pathSecret === undefined ? undefined : asSecret(lies.pathSecret);
  const newcomer = { keyPackage: { ...keyPackage, initKey: lies.initKey ?? keyPackage.initKey }, pathSecret };
  const welcome = makeWelcome(context, [newcomer], { joinerSecret, pskSecret, psks: [] }, info);
  return encodeMessage({ kind: "welcome", welcome });
}
