import type { FileSink, MessageInfo, TransferProgress } from "@redoubt/client";
import type { RemoteClient } from "../engine/remote-client.js";

interface LoadOptions {
  readonly onProgress?: (progress: TransferProgress) => void;
  readonly signal?: AbortSignal;
}

/** Files that were loaded lately, so that scrolling does not load them again. Bytes kept at most. */
const keptBytes = 96_000_000;
const kept = new Map<string, Blob>();

/**
 * A file of a message, in memory. What it is said to be is not believed: it has no type until `open` gives it one.
 *
 * @throws CodedError what `save` throws
 */
export async function loadAttachment(
  client: RemoteClient,
  message: MessageInfo,
  index: number,
  { onProgress, signal }: LoadOptions = {},
): Promise<Blob> {
  const key = `${message.message} ${index}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const sink = new MemorySink(key);
  await client.save(message.conversation, message.message, sink, {
    index,
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  });
  keep(key, sink.blob());
  return sink.blob();
}

function keep(key: string, blob: Blob): void {
  kept.set(key, blob);
  let sum = [...kept.values()].reduce((bytes, { size }) => bytes + size, 0);
  for (const [oldest, { size }] of kept) {
    if (sum <= keptBytes || oldest === key) break;
    kept.delete(oldest);
    sum -= size;
  }
}

class MemorySink implements FileSink {
  readonly place: string;
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];

  constructor(key: string) {
    this.place = `memory ${key} ${crypto.randomUUID()}`;
  }

  async begin(): Promise<number> {
    this.#chunks.length = 0;
    return 0;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#chunks.push(bytes.slice());
  }

  async flush(): Promise<void> {}
  async finish(): Promise<void> {}
  async close(): Promise<void> {}

  blob(): Blob {
    return new Blob(this.#chunks);
  }
}
