import { asSecret, decodeCbor, encodeCbor, type Secret } from "@redoubt/base";
import { type Extension, type Extensions, findExtension, type OwnKeyPackage, peekWelcome } from "@redoubt/mls";
import { type ConversationContext, redoubtExtension } from "./context.js";
import { ConversationError } from "./error.js";
import { readHandover } from "./handover.js";

/** The largest ratchet tree that comes along with a welcome, in bytes; a larger one is a sealed blob. */
export const maxTreeAlong = 64 * 1024;

/** The largest that is fetched: a thousand devices with long chains. */
const maxTree = 8 * 1024 * 1024;

/** A sealed blob on the relay of the log, with the ratchet tree of the epoch that a commit opens. */
export interface TreePlace {
  /** 32 random bytes. */
  readonly blobId: Uint8Array;
  readonly key: Secret<32>;
  /** Bytes of the tree, as a ratchet_tree extension holds it. */
  readonly size: number;
}

export function treePlaceExtension({ blobId, key, size }: TreePlace): Extension {
  return { type: redoubtExtension.treePlace, data: encodeCbor([blobId, key, size]) };
}

/**
 * Where the tree is that a welcome needs; undefined if it comes along.
 *
 * @throws ConversationError `malformed`, MlsError: the welcome is not for us or not valid
 */
export function readTreePlace(
  context: ConversationContext,
  own: readonly OwnKeyPackage[],
  welcome: Uint8Array,
): (TreePlace & { readonly relay: string }) | undefined {
  const extensions = peekWelcome(context.mls, welcome, own);
  const place = decodeTreePlace(extensions);
  return place && { ...place, relay: readHandover(extensions).relay };
}

function decodeTreePlace(extensions: Extensions): TreePlace | undefined {
  const data = findExtension(extensions, redoubtExtension.treePlace);
  if (data === undefined) return undefined;
  const value = decodeCbor(data);
  const [blobId, key, size, ...rest] = Array.isArray(value) ? value : [];
  const isValid =
    blobId instanceof Uint8Array &&
    blobId.length === 32 &&
    key instanceof Uint8Array &&
    key.length === 32 &&
    typeof size === "number" &&
    size > 0 &&
    size <= maxTree &&
    rest.length === 0;
  if (!isValid) throw new ConversationError("malformed", "place of the tree");
  return { blobId, key: asSecret<32>(key), size };
}
