import type { ConversationContext, LogAccess } from "@redoubt/conversation";
import { blobLayout } from "@redoubt/crypto";
import type { Store, Upload } from "@redoubt/store";
import { type Abort, type Blobs, RelayError, TransportError } from "@redoubt/transport";
import { blobPermit } from "./blob-permit.js";
import type { FileSource, TransferProgress } from "./file-ports.js";
import { SealedOnce } from "./sealed-once.js";
import { contentBefore, sealWindow, windowCount, windowOfSealed } from "./windows.js";

/** How often in a row the relay may say that the upload stands elsewhere. */
const maxTurns = 5;

/**
 * Uploads a file, from where the relay has it on, window by window: memory is bounded whatever the size. Ends when the
 * relay has all of it.
 *
 * @throws ClientError `file-changed`; RelayError, TransportError
 */
export async function uploadFile(
  ports: {
    readonly context: ConversationContext;
    readonly store: Store;
    readonly blobs: Blobs;
    readonly access: LogAccess;
  },
  upload: Upload,
  source: FileSource,
  options: { readonly onProgress: (progress: TransferProgress) => void; readonly abort: Abort },
): Promise<void> {
  const { context, store, blobs, access } = ports;
  const { provider } = context;
  const { blobId, key, size } = upload;
  const { abort } = options;
  const layout = blobLayout(size);
  const permit = blobPermit(context, access, { blobId, length: layout.sealedLength });
  const guard = await SealedOnce.resume({ provider, store }, { upload, layout, source });
  let offset = await blobs.create(blobId, layout.sealedLength, permit, abort);
  for (let turns = 0; offset < layout.sealedLength; ) {
    options.onProgress({ done: contentBefore(layout, offset), total: size });
    const window = windowOfSealed(layout, offset);
    const sealed = sealWindow(provider, key, { layout, window }, await guard.take(source, window));
    const bytes = sealed.subarray(offset - window.sealedStart);
    try {
      const next = await blobs.append(blobId, { offset, bytes }, permit, abort);
      if (next <= offset) throw new TransportError("bad-answer", "an upload that does not get on");
      offset = next;
      turns = 0;
    } catch (error) {
      if (!isElsewhere(error) || ++turns > maxTurns) throw error;
      offset = await blobs.create(blobId, layout.sealedLength, permit, abort);
    }
  }
  // A relay that has what it was never sent has something else.
  if (guard.count < windowCount(layout)) throw new TransportError("bad-answer", "more than was ever sent");
  options.onProgress({ done: size, total: size });
}

/** The relay has more than it could tell before a connection broke, or it has forgotten the upload. */
function isElsewhere(error: unknown): boolean {
  return error instanceof RelayError && (error.code === "blob-offset" || error.code === "unknown-blob");
}
