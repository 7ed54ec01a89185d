import { bytesKey, concatBytes, equalBytes, utf8 } from "@redoubt/base";
import { domains, limits, type Params, type Result } from "@redoubt/wire";
import { Write } from "./answer.js";
import { Appends, type Proofs } from "./appends.js";
import type { LogBook } from "./log-book.js";
import type { LogWatches } from "./log-watches.js";
import type { RelayPorts } from "./ports.js";
import { RelayError } from "./relay-error.js";
import type { Stamps } from "./stamps.js";

const domain = {
  prove: utf8(domains.prove),
  reset: utf8(domains.reset),
  owner: utf8(domains.owner),
  delete: utf8(domains.delete),
};

/** The log primitive: unguessable ids, consecutive seqs, one write key at a time. Knows no account. */
export class Logs {
  readonly book: LogBook;
  readonly #ports: RelayPorts;
  readonly #stamps: Stamps;
  readonly #watches: LogWatches;
  readonly #appends: Appends;

  /** @param options `maxEntries`: kept entries that one log may have */
  constructor(
    ports: RelayPorts,
    options: {
      readonly stamps: Stamps;
      readonly watches: LogWatches;
      readonly book: LogBook;
      readonly maxEntries: number;
    },
  ) {
    this.#ports = ports;
    this.#stamps = options.stamps;
    this.#watches = options.watches;
    this.book = options.book;
    this.#appends = new Appends(ports, options);
  }

  create([logId, writeKey, ownerKey, stamp]: Params<"create-log">): Write<Result<"create-log">> {
    if (!this.#stamps.accepts(logId, stamp)) throw new RelayError("bad-stamp");
    return new Write(() => {
      const there = this.book.find(logId);
      if (there !== undefined) {
        const same = there.keys.counter === 0 && equalBytes(there.keys.writeKey, writeKey);
        if (same && equalBytes(there.ownerKey, ownerKey)) return [];
        throw new RelayError("log-exists");
      }
      this.#ports.store.logs.create({ logId, handle: this.#newHandle(), writeKey, ownerKey });
      return [];
    });
  }

  /** @param nonce of the connection, 32 bytes */
  prove([logId, signature]: Params<"prove">, nonce: Uint8Array, proofs: Proofs): Result<"prove"> {
    const { keys } = this.book.require(logId);
    const key = this.requireWriter(logId, concatBytes(domain.prove, nonce, logId), signature);
    const name = bytesKey(logId);
    if (proofs.size >= limits.proofsPerConnection && !proofs.has(name)) {
      proofs.delete(proofs.keys().next().value as string);
    }
    proofs.set(name, key);
    return [keys.counter];
  }

  /**
   * The write key of a log that has signed a message: the current one, or the one before if it may still write.
   *
   * @throws RelayError `unknown-log`, `bad-signature`
   */
  requireWriter(logId: Uint8Array, message: Uint8Array, signature: Uint8Array): Uint8Array {
    const { writeKey, previousKey } = this.book.require(logId).keys;
    const key = [writeKey, previousKey].find(
      (candidate) => candidate !== null && this.#ports.verify(candidate, message, signature),
    );
    if (key === undefined || key === null) throw new RelayError("bad-signature");
    return key;
  }

  append(params: Params<"append">, proofs: Proofs): Write<Result<"append">> {
    return this.#appends.write(params, proofs);
  }

  read([logId, from, maxItems]: Params<"read">): Result<"read"> {
    const log = this.book.require(logId);
    const entries = this.#ports.store.logs.read(log.handle, from, { maxItems, maxBytes: limits.bytesPerReply });
    return [log.expired + 1, log.lastSeq, entries.map(({ seq, entryId, bytes }) => [seq, entryId, bytes])];
  }

  reset([logId, newWriteKey, counter, signature]: Params<"reset-log">): Write<Result<"reset-log">> {
    const message = concatBytes(domain.reset, logId, newWriteKey, u64(counter));
    this.#requireOwner(logId, message, signature);
    return new Write(() => {
      const log = this.book.require(logId);
      if (log.keys.counter === counter) this.book.rotate(log, newWriteKey, null);
      // The same reset again (its answer may have been lost) says the same; any other counter has moved on.
      else if (log.keys.counter !== counter + 1 || !equalBytes(log.keys.writeKey, newWriteKey)) {
        throw new RelayError("rotation-conflict");
      }
      return [log.keys.counter];
    });
  }

  counter([logId]: Params<"log-counter">): Result<"log-counter"> {
    return [this.book.require(logId).keys.counter];
  }

  changeOwner([logId, newOwnerKey, signature]: Params<"change-owner">): Write<Result<"change-owner">> {
    const isDone = equalBytes(this.book.require(logId).ownerKey, newOwnerKey);
    if (!isDone) this.#requireOwner(logId, concatBytes(domain.owner, logId, newOwnerKey), signature);
    return new Write(() => {
      const log = this.book.require(logId);
      this.#ports.store.logs.setOwner(log.handle, newOwnerKey);
      log.ownerKey = newOwnerKey;
      return [];
    });
  }

  /** @param nonce of the connection, 32 bytes */
  delete([logId, signature]: Params<"delete-log">, nonce: Uint8Array): Write<Result<"delete-log">> {
    this.#requireOwner(logId, concatBytes(domain.delete, nonce, logId), signature);
    return new Write(
      () => {
        this.#ports.store.logs.remove(this.book.require(logId).handle);
        this.book.forget(logId);
        return [];
      },
      () => this.#watches.gone(logId),
    );
  }

  #requireOwner(logId: Uint8Array, message: Uint8Array, signature: Uint8Array): void {
    const { ownerKey } = this.book.require(logId);
    if (!this.#ports.verify(ownerKey, message, signature)) throw new RelayError("bad-signature");
  }

  /** 52 random bits: as a primary key it tells nothing of when a log was created. */
  #newHandle(): number {
    const bytes = this.#ports.random(7);
    bytes[0] = (bytes[0] as number) & 0x0f;
    return bytes.reduce((number, byte) => number * 256 + byte, 0);
  }
}

function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}
