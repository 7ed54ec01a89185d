import type { Secret } from "@redoubt/base";
import { demand } from "../error.js";
import { membershipTag } from "../protect/content-auth.js";
import { sealPrivateMessage } from "../protect/private-message.js";
import type { SecretTree } from "../protect/secret-tree.js";
import type { AuthenticatedContent } from "../structs/framing.js";
import { encodeMessage } from "../structs/message.js";
import type { MlsContext } from "./context.js";
import type { Group } from "./group.js";

/** The wire bytes of a content, and the secret tree after it. */
export interface ProtectedMessage {
  readonly bytes: Uint8Array;
  readonly generation: number | undefined;
  readonly secretTree: SecretTree;
  readonly consumed: readonly Secret[];
}

/** How a message is sent. */
export interface SendOptions {
  /** Bytes that are sent in the clear with the message and are authenticated with it. */
  readonly authenticatedData?: Uint8Array;
  /** Zero bytes to append before encryption. */
  readonly padding?: number;
}

const maxPadding = 64 * 1024;

/** Makes an MLSMessage of a member's signed content (RFC 9420 §6.2, §6.3). */
export function protect(
  { suite }: MlsContext,
  { epoch, secretTree }: Group,
  content: AuthenticatedContent,
  padding = 0,
): ProtectedMessage {
  if (content.framing === "public") {
    const tag = membershipTag(suite, epoch.secrets.membership, content.framed, content.auth, epoch.contextBytes);
    const message = { framed: content.framed, auth: content.auth, membershipTag: tag };
    return { bytes: encodeMessage({ kind: "public", message }), generation: undefined, secretTree, consumed: [] };
  }
  demand(padding >= 0 && padding <= maxPadding, "too-large", "padding");
  const sealed = sealPrivateMessage(suite, secretTree, epoch.secrets.senderData, epoch.ownLeaf, content, padding);
  return {
    bytes: encodeMessage({ kind: "private", message: sealed.message }),
    generation: sealed.generation,
    secretTree: sealed.tree,
    consumed: sealed.consumed,
  };
}
