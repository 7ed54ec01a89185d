import { asSecret, type Random, type Secret } from "@redoubt/base";
import type { ConversationContext, LogAccess } from "@redoubt/conversation";
import { blobLayout, openBlob, sealBlob } from "@redoubt/crypto";
import type { Transport } from "@redoubt/transport";
import { limits } from "@redoubt/wire";
import { ClientError } from "../error.js";
import { blobPermit } from "./blob-permit.js";

/** Where a blob is and what opens it. Drawn in advance, so that it can be written down before the upload. */
export interface BlobPlace {
  /** 32 random bytes: whoever knows them can read what is sealed. */
  readonly blobId: Uint8Array;
  /** Seals this one content, and no other. */
  readonly key: Secret<32>;
}

/** A blob that was put, as its readers need it. */
export interface SmallBlob extends BlobPlace {
  /** Bytes of the content. */
  readonly size: number;
}

export function newBlobPlace(random: Random): BlobPlace {
  return { blobId: random(32), key: asSecret<32>(random(32)) };
}

/**
 * Puts a content of up to 8 MiB, sealed, on the relay of a log. After a failure the same call, with the same place and
 * the same content, goes on where it stopped.
 *
 * @param place drawn for this content alone; a new one unless given
 * @throws TransportError, RelayError; CryptoError `bad-length` above 8 MiB
 */
export async function putSmallBlob(
  ports: { readonly transport: Transport; readonly context: ConversationContext; readonly access: LogAccess },
  content: Uint8Array,
  place: BlobPlace = newBlobPlace(ports.context.random),
): Promise<SmallBlob> {
  const { context, access } = ports;
  const { blobs } = ports.transport;
  const { blobId, key } = place;
  const sealed = sealBlob(context.provider, key, content);
  const permit = blobPermit(context, access, { blobId, length: sealed.length });
  let offset = await blobs.create(blobId, sealed.length, permit);
  while (offset < sealed.length) {
    const bytes = sealed.subarray(offset, offset + limits.blobPatch);
    offset = await blobs.append(blobId, { offset, bytes }, permit);
  }
  return { blobId, key, size: content.length };
}

/**
 * Gets such a content.
 *
 * @throws TransportError, RelayError; ClientError `altered-file` if the relay has other bytes than were put there;
 * CryptoError `bad-length` above 8 MiB
 */
export async function getSmallBlob(
  ports: { readonly transport: Transport; readonly context: ConversationContext },
  { blobId, key, size }: SmallBlob,
): Promise<Uint8Array> {
  const sealed = await ports.transport.blobs.read(blobId, 0, blobLayout(size).sealedLength);
  const content = openBlob(ports.context.provider, key, size, sealed);
  if (content === undefined) throw new ClientError("altered-file");
  return content;
}
