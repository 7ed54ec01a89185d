import { concatBytes, utf8 } from "@redoubt/base";
import { createNodeProvider } from "@redoubt/crypto/node";
import { createTransport, RelayError, type Session, type Transport, type WatchingLink } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";
import { type AnonymousOp, domains } from "@redoubt/wire";
import { openSocketFrom } from "./addressed-socket.js";

const provider = await createNodeProvider();
const sign = provider.signatures.Ed25519;

/**
 * The way of the product's clients to a relay.
 *
 * @param address of the loopback to come from: every limit by address counts what comes from it
 */
export function wayTo(url: string, address = "127.0.0.1"): Transport {
  const sha256 = (bytes: Uint8Array) => provider.hash("SHA-256", bytes);
  const platform = { ...nodePlatform, openSocket: openSocketFrom(address) };
  return createTransport({ ...platform, url, random: provider.random, sha256 });
}

/** A log of its own, that is written and read without a client's engine. */
export class LoadLog {
  readonly id = provider.random(32);
  readonly #write = sign.generateKeyPair(provider.random);
  readonly #owner = sign.generateKeyPair(provider.random);

  async create(way: Transport): Promise<void> {
    const { publicKey } = this.#write;
    await way.errand(async (session) => {
      const stamp = await session.stamp(this.id);
      await session.request("create-log", [this.id, publicKey, this.#owner.publicKey, stamp]);
    });
  }

  async prove(session: Session<AnonymousOp>): Promise<void> {
    const message = concatBytes(utf8(domains.prove), session.nonce, this.id);
    await session.request("prove", [this.id, sign.sign(this.#write.privateKey, message)]);
  }

  /** Appends on one connection. @returns the entry's number */
  async append(session: Session<AnonymousOp>, bytes: Uint8Array, entryId = provider.random(16)): Promise<number> {
    const [seq] = await session.request("append", [this.id, entryId, bytes, null]);
    return seq;
  }

  /**
   * Appends however often the connection breaks, as the outbox does: the same bytes under the same id until there is an
   * answer.
   */
  async appendUntilAnswered(link: WatchingLink, bytes: Uint8Array): Promise<number> {
    const entryId = provider.random(16);
    let proved: unknown;
    for (;;) {
      try {
        const session = await link.session();
        if (proved !== session) await this.prove(session);
        proved = session;
        return await this.append(session, bytes, entryId);
      } catch (error) {
        const isForNow = error instanceof Error && "retry" in error && error.retry === true;
        if (!isForNow) throw error;
        const seconds = error instanceof RelayError ? (error.retryAfter ?? 1) : 0;
        if (seconds > 0)
          await new Promise((resolve) => nodePlatform.schedule(Math.min(seconds, 1) * 250, () => resolve(undefined)));
      }
    }
  }

  /** All entries, by number from 1. */
  readAll(way: Transport): Promise<Uint8Array[]> {
    return way.errand(async (session) => {
      const all: Uint8Array[] = [];
      for (;;) {
        const [, lastSeq, entries] = await session.request("read", [this.id, all.length + 1, 256]);
        for (const [seq, , bytes] of entries) {
          if (seq !== all.length + 1) throw new Error(`entry ${seq} after ${all.length}`);
          all.push(bytes);
        }
        if (all.length >= lastSeq) return all;
      }
    });
  }
}

/** Somebody who watches a log over every connection that there is, and checks that nothing is missing. */
export class Watcher {
  readonly link: WatchingLink;
  /** Numbers taken in, which are 1, 2, 3 and so on. */
  last = 0;
  connects = 0;
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(way: Transport, log: LoadLog, connected: () => void = () => undefined) {
    this.link = way.openWatching();
    this.link.onState(({ kind }) => {
      if (kind !== "connected") return;
      this.connects += 1;
      connected();
    });
    this.link.watchLog(log.id, 1, {
      entry: ({ seq }) => {
        if (seq !== this.last + 1) throw new Error(`entry ${seq} after ${this.last}`);
        this.last = seq;
        for (const { count, resolve } of this.#waiting) if (seq >= count) resolve();
      },
      watching: () => undefined,
      gap: (next) => {
        throw new Error(`a gap up to ${next}`);
      },
      ended: (reason) => {
        throw reason;
      },
    });
  }

  /** Resolves when so many entries are taken in. */
  until(count: number): Promise<void> {
    if (this.last >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }
}
