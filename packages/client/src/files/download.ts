import type { Attachment } from "@redoubt/conversation";
import { blobLayout, type CryptoProvider } from "@redoubt/crypto";
import type { Download, Store } from "@redoubt/store";
import { type Abort, type Blobs, RelayError } from "@redoubt/transport";
import { ClientError } from "../error.js";
import type { FileSink, TransferProgress } from "./file-ports.js";
import { openWindow, windowAt, windowCount, windowLength } from "./windows.js";

/**
 * Downloads a file to its place, from where an earlier attempt has left it. Only what was opened, chunk by chunk, is
 * written; the file has its final name once it is complete.
 *
 * @throws ClientError `altered-file`, `file-expired`; RelayError, TransportError; what the sink throws
 */
export async function downloadFile(
  ports: { readonly provider: CryptoProvider; readonly store: Store; readonly blobs: Blobs },
  { attachment, download }: { readonly attachment: Attachment; readonly download: Download },
  sink: FileSink,
  options: { readonly onProgress: (progress: TransferProgress) => void; readonly abort: Abort },
): Promise<void> {
  const { provider, store, blobs } = ports;
  const { blobId, key, size } = attachment;
  const layout = blobLayout(size);
  const stored = store.downloads.done(download);
  try {
    let done = await sink.begin(stored);
    // Written down before the first byte: what lies there later is known to be ours.
    if (stored === undefined) store.downloads.set(download, 0);
    // The padding is read as well: else the relay would see the size that it hides.
    for (let index = Math.floor(done / windowLength); index < windowCount(layout); index++) {
      options.onProgress({ done, total: size });
      const window = windowAt(layout, index);
      const sealed = await readWindow(blobs, blobId, window, options.abort);
      const content = openWindow(provider, key, { layout, window }, sealed);
      if (content === undefined) throw new ClientError("altered-file");
      const fresh = content.subarray(Math.max(0, done - window.start));
      await sink.write(fresh);
      await sink.flush();
      done += fresh.length;
      store.downloads.set(download, done);
    }
    await sink.finish();
  } finally {
    await sink.close();
  }
  store.downloads.delete(download);
  options.onProgress({ done: size, total: size });
}

async function readWindow(
  blobs: Blobs,
  blobId: Uint8Array,
  { sealedStart, sealedLength }: { readonly sealedStart: number; readonly sealedLength: number },
  abort: Abort,
): Promise<Uint8Array> {
  try {
    return await blobs.read(blobId, sealedStart, sealedLength, abort);
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    if (error.code === "unknown-blob") throw new ClientError("file-expired");
    // The relay has a blob, and one of another length.
    if (error.code === "bad-range") throw new ClientError("altered-file");
    throw error;
  }
}
