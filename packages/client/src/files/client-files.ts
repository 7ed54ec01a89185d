import type { ConversationContext } from "@redoubt/conversation";
import type { Store } from "@redoubt/store";
import type { Abort, Blobs, Schedule } from "@redoubt/transport";
import { ClientError } from "../error.js";
import { formerRelays } from "../former-relays.js";
import { fromHex, hex } from "../hex.js";
import type { Client, TransferInfo } from "../sdk.js";
import type { StoredConversations } from "../stored-conversations.js";
import type { FileSink, FileSource, ReopenSource } from "./file-ports.js";
import { saveFile } from "./save-file.js";
import { transferInfo } from "./transfer-info.js";
import { Uploads } from "./uploads.js";

export interface ClientFilesPorts {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly conversations: StoredConversations;
  /** Of the relay that keeps a conversation's log. */
  readonly blobsOf: (relay: string) => Blobs;
  readonly schedule: Schedule;
  readonly reopen: ReopenSource | undefined;
  readonly listener: {
    transfer(transfer: TransferInfo): void;
    /** A message has all its files on the relay, and may be sealed. */
    uploaded(conversation: Uint8Array): void;
    /** A message has failed. */
    failed(messageId: Uint8Array): void;
  };
}

type Watcher = ((transfer: TransferInfo) => void) | undefined;

/** Files of a client: what is uploaded, what is saved, and what is told of it. */
export class ClientFiles {
  readonly #ports: ClientFilesPorts;
  readonly #uploads: Uploads;
  readonly #saves = new Set<Promise<void>>();
  readonly #watchers = new Map<string, Watcher>();

  constructor(ports: ClientFilesPorts) {
    this.#ports = ports;
    const { listener } = ports;
    const tell = (transfer: TransferInfo) => {
      this.#watchers.get(transfer.message)?.(transfer);
      listener.transfer(transfer);
    };
    this.#uploads = new Uploads({
      ...ports,
      listener: {
        progress: (upload, { done }) => tell(transferInfo({ ...upload, direction: "up" }, "running", { done })),
        waiting: (upload, { code }) => tell(transferInfo({ ...upload, direction: "up" }, "waiting", { reason: code })),
        complete: (upload) => {
          tell(transferInfo({ ...upload, direction: "up" }, "complete"));
          listener.uploaded(upload.conversation);
        },
        failed: (upload, { code }) => {
          tell(transferInfo({ ...upload, direction: "up" }, "failed", { reason: code }));
          listener.failed(upload.messageId);
        },
      },
    });
  }

  /** Grows whenever an upload gets on. */
  get moved(): number {
    return this.#uploads.moved;
  }

  /** Tries now what is to be uploaded. */
  run(): void {
    this.#uploads.run();
  }

  /** Begins the uploads of a message that is stored. @returns ends what its sender is told, and what its signal does */
  begin(
    messageId: Uint8Array,
    files: readonly FileSource[],
    options: { readonly onProgress?: (transfer: TransferInfo) => void; readonly signal?: Abort },
  ): () => void {
    if (files.length === 0) return () => undefined;
    for (const [part, file] of files.entries()) this.#uploads.offer(messageId, part, file);
    this.#watchers.set(hex(messageId), options.onProgress);
    const cancel = () => this.#uploads.cancel(messageId);
    options.signal?.addEventListener("abort", cancel);
    this.#uploads.run();
    if (options.signal?.aborted) cancel();
    return () => {
      this.#watchers.delete(hex(messageId));
      options.signal?.removeEventListener("abort", cancel);
    };
  }

  /** Saves a file of a message. @throws what `Client.save` throws */
  async save(
    conversation: Uint8Array,
    message: string,
    sink: FileSink,
    { index = 0, onProgress, signal }: NonNullable<Parameters<Client["save"]>[3]>,
  ): Promise<void> {
    const { context, store, conversations, listener } = this.#ports;
    const messageId = fromHex(message);
    const stored = messageId && store.messages.get(messageId);
    if (stored === undefined) throw new ClientError("no-attachment");
    const { relay } = conversations.get(conversation).access;
    const ports = { ...this.#ports, provider: context.provider };
    const work = saveFile(ports, stored, sink, {
      index,
      relays: [relay, ...formerRelays(store, conversation)],
      signal,
      onProgress: ({ done, total }) => {
        const download = { conversation, messageId: stored.id, size: total, direction: "down" } as const;
        const transfer = transferInfo(download, done < total ? "running" : "complete", { done });
        onProgress?.(transfer);
        listener.transfer(transfer);
      },
    });
    this.#saves.add(work);
    try {
      await work;
    } finally {
      this.#saves.delete(work);
    }
  }

  /** Ends when nothing uses the store any more. The transport is closed before, so that nothing goes on. */
  async close(): Promise<void> {
    await this.#uploads.close();
    await Promise.allSettled(this.#saves);
  }
}
