import { CodedError, equalBytes } from "@redoubt/base";
import type { ConversationContext } from "@redoubt/conversation";
import type { Store, Upload } from "@redoubt/store";
import { type Blobs, RelayError, type Schedule, TransportError } from "@redoubt/transport";
import { ClientError } from "../error.js";
import { hex } from "../hex.js";
import { outboxKind } from "../outbox.js";
import type { StoredConversations } from "../stored-conversations.js";
import type { FileSource, ReopenSource, TransferProgress } from "./file-ports.js";
import { delayAfter } from "./pause.js";
import { Stop } from "./stop.js";
import { uploadFile } from "./upload.js";

/** Who is told how uploads get on, after it was stored. */
export interface UploadListener {
  progress(upload: Upload, progress: TransferProgress): void;
  /** It is tried again later. */
  waiting(upload: Upload, reason: CodedError): void;
  /** The message has all its files on the relay, and may be sealed. */
  complete(upload: Upload): void;
  /** The message has failed, with the reason. */
  failed(upload: Upload, reason: CodedError): void;
}

export interface UploadPorts {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly conversations: StoredConversations;
  readonly blobsOf: (relay: string) => Blobs;
  readonly schedule: Schedule;
  /** Without it, an upload does not survive a restart. */
  readonly reopen: ReopenSource | undefined;
  readonly listener: UploadListener;
}

/**
 * Uploads what messages wait for, one file after the other, and goes on after a restart. A file that cannot be uploaded
 * now holds no other up; one that never can fails its message.
 */
export class Uploads {
  readonly #ports: UploadPorts;
  /** Files that are open already, by what they are for. */
  readonly #sources = new Map<string, FileSource>();
  #running: Promise<void> | undefined;
  #current: { readonly messageId: Uint8Array; readonly stop: Stop } | undefined;
  #cancelTimer: () => void = () => undefined;
  #isWanted = false;
  #isClosed = false;
  #failures = 0;
  #moved = 0;

  constructor(ports: UploadPorts) {
    this.#ports = ports;
  }

  /** Grows whenever an upload gets on. */
  get moved(): number {
    return this.#moved;
  }

  /** Gives the open file of an upload that was stored; it is closed here. */
  offer(messageId: Uint8Array, part: number, source: FileSource): void {
    this.#sources.set(sourceKey(messageId, part), source);
  }

  /** Tries now what is to be uploaded: there is something new, or the relay may be back. */
  run(): void {
    this.#isWanted = true;
    if (this.#isClosed || this.#running !== undefined) return;
    this.#cancelTimer();
    this.#running = this.#pass().finally(() => {
      this.#running = undefined;
      if (this.#isWanted && !this.#isClosed) this.run();
    });
  }

  /** Gives up what a message waits for: it has failed then. */
  cancel(messageId: Uint8Array): void {
    const upload = this.#ports.store.uploads.list().find((each) => equalBytes(each.messageId, messageId));
    if (upload === undefined) return;
    this.#fail(upload, new ClientError("cancelled"));
    if (this.#current !== undefined && equalBytes(this.#current.messageId, messageId)) this.#current.stop.abort();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer();
    this.#current?.stop.abort();
    await this.#running;
    for (const source of this.#sources.values()) await source.close().catch(() => undefined);
  }

  /** Each upload once. */
  async #pass(): Promise<void> {
    this.#isWanted = false;
    const { store } = this.#ports;
    let areAllDone = true;
    for (const { position } of store.uploads.list()) {
      const upload = this.#isClosed ? undefined : store.uploads.get(position);
      if (upload !== undefined && this.#isDue(upload)) areAllDone = (await this.#try(upload)) && areAllDone;
    }
    if (areAllDone || this.#isClosed) return;
    this.#failures += 1;
    this.#cancelTimer = this.#ports.schedule(delayAfter(this.#failures), () => this.run());
  }

  /** An upload needs its log, which may still be to be created, and a message that still waits. */
  #isDue(upload: Upload): boolean {
    const { store } = this.#ports;
    const message = store.messages.get(upload.messageId);
    if (message?.state !== "pending" || message.fate !== "kept") {
      store.uploads.deleteOf(upload.messageId);
      return false;
    }
    return store.outbox.next(upload.conversation)?.kind !== outboxKind.opening;
  }

  /** @returns whether it need not be tried again */
  async #try(upload: Upload): Promise<boolean> {
    const { store, listener } = this.#ports;
    const stop = new Stop();
    this.#current = { messageId: upload.messageId, stop };
    try {
      await this.#upload(upload, stop);
    } catch (error) {
      if (this.#isClosed || store.uploads.get(upload.position) === undefined) return true;
      const reason = error instanceof CodedError ? error : new ClientError("file-gone", undefined, error);
      if (isFinal(reason)) {
        this.#fail(upload, reason);
        return true;
      }
      listener.waiting(upload, reason);
      return false;
    } finally {
      this.#current = undefined;
    }
    if (store.uploads.get(upload.position) === undefined) return true;
    store.uploads.delete(upload.position);
    await this.#closeSource(upload);
    if (!store.uploads.isUploading(upload.messageId)) listener.complete(upload);
    return true;
  }

  async #upload(upload: Upload, abort: Stop): Promise<void> {
    const { context, store, conversations, blobsOf, listener } = this.#ports;
    if (store.conversations.get(upload.conversation)?.state !== "active") throw new ClientError("not-accepted");
    const source = await this.#open(upload);
    const { access } = conversations.get(upload.conversation);
    const blobs = blobsOf(access.relay);
    const onProgress = (progress: TransferProgress) => {
      this.#moved += 1;
      this.#failures = 0;
      listener.progress(upload, progress);
    };
    await uploadFile({ context, store, blobs, access }, upload, source, { onProgress, abort });
  }

  async #open(upload: Upload): Promise<FileSource> {
    const key = sourceKey(upload.messageId, upload.part);
    const open = this.#sources.get(key);
    if (open !== undefined) return open;
    const source = await this.#ports.reopen?.(upload.source);
    if (source === undefined) throw new ClientError("file-gone");
    this.#sources.set(key, source);
    if (source.size !== upload.size) throw new ClientError("file-changed");
    return source;
  }

  #fail(upload: Upload, reason: CodedError): void {
    const { store, listener } = this.#ports;
    store.transaction(() => {
      store.messages.setState(upload.messageId, "failed", reason.code);
      store.uploads.deleteOf(upload.messageId);
    });
    void this.#closeSource(upload);
    listener.failed(upload, reason);
  }

  async #closeSource({ messageId, part }: Upload): Promise<void> {
    const key = sourceKey(messageId, part);
    const source = this.#sources.get(key);
    this.#sources.delete(key);
    await source?.close().catch(() => undefined);
  }
}

function sourceKey(messageId: Uint8Array, part: number): string {
  return `${hex(messageId)}/${part}`;
}

/** What trying again does not change. A write key may have been rotated by a commit that is still to come. */
function isFinal(reason: CodedError): boolean {
  if (reason instanceof RelayError) return !reason.retry && reason.code !== "bad-signature";
  return !(reason instanceof TransportError);
}
