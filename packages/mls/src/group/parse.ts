import { MlsError } from "../error.js";
import type { ContentKind } from "../structs/framing.js";
import { decodeMessage, type PrivateMessage, type PublicMessage } from "../structs/message.js";

declare const parsed: unique symbol;

/** A well-formed message of some group. Nothing about it is verified yet; what it says helps to find the group. */
export interface ParsedMessage {
  readonly [parsed]: true;
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly contentKind: ContentKind;
  /** The bytes it was parsed from. */
  readonly bytes: Uint8Array;
  readonly message:
    | { readonly kind: "public"; readonly message: PublicMessage }
    | { readonly kind: "private"; readonly message: PrivateMessage };
}

/**
 * Decodes a PublicMessage or PrivateMessage.
 *
 * @throws MlsError `malformed`, `unsupported` or `too-large`
 */
export function parseMessage(bytes: Uint8Array): ParsedMessage {
  const message = decodeMessage(bytes);
  if (message.kind === "private") {
    const { groupId, epoch, contentKind } = message.message;
    return { groupId, epoch, contentKind, bytes, message } as ParsedMessage;
  }
  if (message.kind === "public") {
    const { groupId, epoch, content } = message.message.framed;
    return { groupId, epoch, contentKind: content.kind, bytes, message } as ParsedMessage;
  }
  throw new MlsError("unsupported", `a ${message.kind} is no message of a group`);
}
