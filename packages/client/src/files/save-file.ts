import type { CryptoProvider } from "@redoubt/crypto";
import type { Store, StoredMessage } from "@redoubt/store";
import { type Abort, type Blobs, RelayError, type Schedule, TransportError } from "@redoubt/transport";
import { ClientError } from "../error.js";
import { attachmentsOfContent } from "./attachment-infos.js";
import { downloadFile } from "./download.js";
import type { FileSink, TransferProgress } from "./file-ports.js";
import { delayAfter, pause } from "./pause.js";
import { Stop } from "./stop.js";

/** Attempts in a row that get nothing: about half a minute. */
const maxFailures = 7;

/**
 * Saves an attachment, over networks that break off: it is given up after half a minute in which nothing comes, and the
 * next call goes on from there.
 *
 * @param options `relays`: origins of the relays that keep the conversation's log, or did; no other is asked
 * @throws ClientError `no-attachment`, `foreign-file`, `altered-file`, `file-expired`, `cancelled`; RelayError,
 * TransportError; what the sink throws
 */
export async function saveFile(
  ports: {
    readonly provider: CryptoProvider;
    readonly store: Store;
    readonly blobsOf: (relay: string) => Blobs;
    readonly schedule: Schedule;
  },
  message: StoredMessage,
  sink: FileSink,
  options: {
    readonly index: number;
    readonly relays: readonly string[];
    readonly onProgress: (progress: TransferProgress) => void;
    readonly signal: Abort | undefined;
  },
): Promise<void> {
  const attachment = attachmentsOfContent(message.content)[options.index];
  if (attachment === undefined) throw new ClientError("no-attachment");
  // Whoever sends a message must not choose whom its readers connect to.
  if (!options.relays.includes(attachment.relay)) throw new ClientError("foreign-file");
  const work = { ...ports, blobs: ports.blobsOf(attachment.relay) };
  const download = { messageId: message.id, part: options.index, place: sink.place };
  const abort = new Stop();
  const unfollow = abort.follow(options.signal);
  let best = -1;
  let failures = 0;
  const onProgress = (progress: TransferProgress) => {
    if (progress.done > best) failures = 0;
    best = Math.max(best, progress.done);
    options.onProgress(progress);
  };
  try {
    for (;;) {
      try {
        return await downloadFile(work, { attachment, download }, sink, { onProgress, abort });
      } catch (error) {
        if (abort.aborted) throw new ClientError("cancelled");
        if (!mayPass(error) || ++failures > maxFailures) throw error;
        await pause(ports.schedule, delayAfter(failures), abort);
      }
    }
  } finally {
    unfollow();
  }
}

function mayPass(error: unknown): boolean {
  return (error instanceof TransportError || error instanceof RelayError) && error.retry;
}
