import { concatBytes, utf8 } from "@redoubt/base";
import { domains, limits } from "@redoubt/wire";
import { BlobQuota } from "./blob-quota.js";
import type { BlobFiles, BlobRecord, BlobWriter } from "./blob-store.js";
import { BlobTurns } from "./blob-turns.js";
import type { CommitQueue } from "./commit-queue.js";
import type { Logs } from "./logs.js";
import type { RelayPorts } from "./ports.js";
import { RelayError } from "./relay-error.js";

const domain = utf8(domains.blob);
const dayMs = 86_400_000;
/** Bodies being received, and blobs being read, at once. */
const atOnce = 2_048;
/** Blobs that one step of the nightly work removes. */
const perStep = 100;

/** Who may write a blob: whoever holds a current write key of some log. */
export interface BlobPermit {
  readonly logId: Uint8Array;
  readonly signature: Uint8Array;
}

/** A body as it comes in. */
export interface BlobBody {
  /** Bytes that it will have. */
  readonly length: number;
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Ends it early: `pieces` throws or ends. */
  readonly interrupt: () => void;
}

/** The blob primitive: who knows an id reads, who holds a write key of a log puts. What is stored names no log. */
export class Blobs {
  readonly #ports: RelayPorts;
  readonly #files: BlobFiles;
  readonly #logs: Logs;
  readonly #queue: CommitQueue;
  readonly #quota: BlobQuota;
  readonly #turns = new BlobTurns();
  readonly #retentionDays: number;
  #writing = 0;
  #reading = 0;

  /** @param options `perLogAndDay`: bytes; `retentionDays`: how long a complete blob is kept */
  constructor(
    ports: RelayPorts,
    options: {
      readonly files: BlobFiles;
      readonly logs: Logs;
      readonly queue: CommitQueue;
      readonly perLogAndDay: number;
      readonly retentionDays: number;
    },
  ) {
    this.#ports = ports;
    this.#files = options.files;
    this.#logs = options.logs;
    this.#queue = options.queue;
    this.#quota = new BlobQuota(options.perLogAndDay);
    this.#retentionDays = options.retentionDays;
  }

  /**
   * Begins an upload. The same again gives the place where it stands.
   *
   * @returns the offset from which bytes are missing
   * @throws RelayError
   */
  async create(blobId: Uint8Array, length: number, permit: BlobPermit): Promise<number> {
    if (length < 1) throw new RelayError("malformed");
    if (length > limits.blob) throw new RelayError("too-large");
    this.#authorise(blobId, length, permit);
    const found = this.#ports.store.blobs.find(blobId);
    if (found === undefined && !this.#quota.take(permit.logId, length, this.#day())) {
      throw new RelayError("blob-quota", { retryAfter: 3600 });
    }
    return this.#commit(() => {
      const { blobs } = this.#ports.store;
      const there = blobs.find(blobId);
      if (there === undefined) blobs.create(blobId, length, this.#day());
      else if (there.length !== length) throw new RelayError("blob-exists");
      return there?.received ?? 0;
    });
  }

  /** How far an upload is, after ending whatever still writes to it. @throws RelayError `unknown-blob` */
  async offset(blobId: Uint8Array): Promise<BlobRecord> {
    this.#require(blobId);
    return this.#alone(blobId, async () => this.#require(blobId));
  }

  /**
   * Takes the next bytes of an upload. What has come in when the body breaks off is kept.
   *
   * @returns the offset that everything before is durable at
   * @throws RelayError
   */
  async write(blobId: Uint8Array, offset: number, permit: BlobPermit, body: BlobBody): Promise<number> {
    const { length } = this.#require(blobId);
    this.#authorise(blobId, length, permit);
    if (body.length > limits.blobPatch || offset + body.length > length) throw new RelayError("too-large");
    if (this.#writing >= atOnce) throw new RelayError("rate-limited", { retryAfter: 5 });
    this.#writing += 1;
    try {
      return await this.#turns.take(blobId, body.interrupt, async () => {
        if (this.#require(blobId).received !== offset) throw new RelayError("blob-offset");
        return this.#receive(blobId, offset, body);
      });
    } finally {
      this.#writing -= 1;
    }
  }

  /**
   * Reads a part of a complete blob.
   *
   * @throws RelayError `unknown-blob`
   */
  find(blobId: Uint8Array): BlobRecord {
    const record = this.#require(blobId);
    if (record.received < record.length) throw new RelayError("unknown-blob");
    return record;
  }

  /** Reads bytes of a blob that `find` has found. @throws RelayError `rate-limited` before the first piece */
  async *read(blobId: Uint8Array, from: number, length: number): AsyncGenerator<Uint8Array, void, void> {
    if (this.#reading >= atOnce) throw new RelayError("rate-limited", { retryAfter: 5 });
    this.#reading += 1;
    try {
      yield* this.#files.read(blobId, from, length);
    } finally {
      this.#reading -= 1;
    }
  }

  /** Removes what has expired, and files of which no row knows. Yields after every step; may be stopped there. */
  async *night(): AsyncGenerator<"expire" | "orphans", void, void> {
    const { blobs } = this.#ports.store;
    const day = this.#day();
    const before = { complete: day - this.#retentionDays, incomplete: day - 1 };
    for (let ids = blobs.expired(before, perStep); ids.length > 0; ids = blobs.expired(before, perStep)) {
      for (const blobId of ids) await this.#expire(blobId);
      yield "expire";
    }
    for (let shard = 0; shard < 256; shard++) {
      for (const blobId of await this.#files.list(shard)) {
        if (blobs.find(blobId) === undefined) await this.#removeOrphan(blobId);
      }
      yield "orphans";
    }
  }

  /** Ends the uploads that are under way; what has come in is kept. */
  stop(): Promise<void> {
    return this.#turns.stop();
  }

  /** The row goes first: a file without a row is removed by the next night, a row without a file would be a lie. */
  #expire(blobId: Uint8Array): Promise<void> {
    return this.#alone(blobId, async () => {
      await this.#commit(() => this.#ports.store.blobs.remove(blobId));
      await this.#files.remove(blobId);
    });
  }

  #removeOrphan(blobId: Uint8Array): Promise<void> {
    return this.#alone(blobId, async () => {
      if (this.#ports.store.blobs.find(blobId) === undefined) await this.#files.remove(blobId);
    });
  }

  #alone<T>(blobId: Uint8Array, work: () => Promise<T>): Promise<T> {
    return this.#turns.take(blobId, () => {}, work);
  }

  async #receive(blobId: Uint8Array, offset: number, { length, pieces }: BlobBody): Promise<number> {
    const writer = await this.#files.openWriter(blobId, offset);
    let received = 0;
    try {
      try {
        for await (const piece of untilBroken(pieces)) {
          if (received + piece.length > length) throw new RelayError("too-large");
          await writer.write(piece);
          received += piece.length;
        }
      } finally {
        // What a broken connection, or a full disk, has left is as good as a whole body.
        if (received > 0) await this.#settle(blobId, offset + received, writer);
      }
    } finally {
      await writer.close();
    }
    return offset + received;
  }

  /** Bytes first, then the row that says that they are there. */
  async #settle(blobId: Uint8Array, received: number, writer: BlobWriter): Promise<void> {
    await writer.sync();
    const isThere = await this.#commit(() => this.#ports.store.blobs.setReceived(blobId, received, this.#day()));
    if (!isThere) throw new RelayError("unknown-blob");
  }

  #authorise(blobId: Uint8Array, length: number, { logId, signature }: BlobPermit): void {
    const declared = new Uint8Array(8);
    new DataView(declared.buffer).setBigUint64(0, BigInt(length));
    this.#logs.requireWriter(logId, concatBytes(domain, blobId, logId, declared), signature);
  }

  #require(blobId: Uint8Array): BlobRecord {
    const record = this.#ports.store.blobs.find(blobId);
    if (record === undefined) throw new RelayError("unknown-blob");
    return record;
  }

  #commit<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#queue.submit(work, (outcome) => {
        if (outcome.ok) resolve(outcome.value);
        else reject(outcome.error);
      });
    });
  }

  #day(): number {
    return Math.floor(this.#ports.clock() / dayMs);
  }
}

/** The pieces until the body ends or breaks off. */
async function* untilBroken(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* pieces;
  } catch {
    // Whoever sent it is gone, or will see that it is incomplete.
  }
}
