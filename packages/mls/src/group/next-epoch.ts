import type { Secret } from "@redoubt/base";
import type { CipherSuite } from "@redoubt/crypto";
import { demand } from "../error.js";
import { deriveJoinerSecret, type OpenedEpoch, openEpoch } from "../schedule/key-schedule.js";
import { derivePskSecret } from "../schedule/psk.js";
import { confirmedTranscriptHash, interimTranscriptHash } from "../schedule/transcript.js";
import type { Extensions } from "../structs/extension.js";
import type { FramedContent, Framing } from "../structs/framing.js";
import { encodeGroupContext, type GroupContext } from "../structs/group-context.js";
import type { PreSharedKeyId } from "../structs/psk-id.js";
import type { ReadonlyTree } from "../tree/ratchet-tree.js";
import { treeHash } from "../tree/tree-hash.js";
import type { MlsContext } from "./context.js";

/** The epoch that a commit leaves, as far as the key schedule needs it. */
export interface EpochBefore {
  readonly context: GroupContext;
  readonly initSecret: Secret;
  readonly interimTranscriptHash: Uint8Array;
}

/** The largest uint64. */
const maxEpoch = 2n ** 64n - 1n;

/** The group context that path secrets are encrypted under: the new tree, the old transcript (RFC 9420 §12.4.1). */
export function provisionalContext(
  suite: CipherSuite,
  before: GroupContext,
  tree: ReadonlyTree,
  extensions: Extensions,
): GroupContext {
  demand(before.epoch < maxEpoch, "invalid-group-info", "no epoch follows");
  return { ...before, epoch: before.epoch + 1n, treeHash: treeHash(suite, tree), extensions };
}

/** The epoch that a commit opens. */
export interface NextEpoch {
  readonly context: GroupContext;
  readonly joinerSecret: Secret;
  readonly pskSecret: Secret;
  readonly opened: OpenedEpoch;
  readonly confirmationTag: Uint8Array;
  readonly interimTranscriptHash: Uint8Array;
}

/**
 * Runs transcript and key schedule over a commit (RFC 9420 §12.4.1, §12.4.2).
 *
 * @throws MlsError `unknown-psk`
 */
export function openNextEpoch(
  { suite, psk }: Pick<MlsContext, "suite" | "psk">,
  before: EpochBefore,
  provisional: GroupContext,
  commit: { readonly framing: Framing; readonly framed: FramedContent; readonly signature: Uint8Array },
  commitSecret: Secret,
  psks: readonly PreSharedKeyId[],
): NextEpoch {
  const confirmed = confirmedTranscriptHash(suite, before.interimTranscriptHash, {
    framing: commit.framing,
    framed: commit.framed,
    auth: { signature: commit.signature },
  });
  const context = { ...provisional, confirmedTranscriptHash: confirmed };
  const contextBytes = encodeGroupContext(context);
  const pskSecret = derivePskSecret(suite, psks, psk);
  const joinerSecret = deriveJoinerSecret(suite, before.initSecret, commitSecret, contextBytes);
  const opened = openEpoch(suite, joinerSecret, pskSecret, contextBytes);
  const confirmationTag = suite.mac(opened.secrets.confirmation, confirmed);
  return {
    context,
    joinerSecret,
    pskSecret,
    opened,
    confirmationTag,
    interimTranscriptHash: interimTranscriptHash(suite, confirmed, confirmationTag),
  };
}
