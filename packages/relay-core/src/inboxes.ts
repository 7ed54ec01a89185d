import { bytesKey, concatBytes, equalBytes } from "@redoubt/base";
import { eventMessage, limits, type Params, type Result } from "@redoubt/wire";
import { Write } from "./answer.js";
import type { InboxItem, InboxRecord } from "./inbox-store.js";
import type { Frame, Peer, RelayPorts } from "./ports.js";
import { RelayError } from "./relay-error.js";
import type { Stamps } from "./stamps.js";
import { type Position, Tail } from "./tail.js";

interface NumberedItem extends Position {
  readonly bytes: Uint8Array;
}

const dayMs = 86_400_000;
const most = { maxItems: limits.itemsPerReply, maxBytes: limits.bytesPerReply };

/** Inboxes of devices: anyone posts with a delivery token or a stamp, the device reads and acknowledges. */
export class Inboxes {
  readonly #ports: RelayPorts;
  readonly #stamps: Stamps;
  /** For each inbox the connections of its device that watch it. */
  readonly #tails = new Map<string, Map<Peer, Tail<NumberedItem>>>();
  /** Posts by token of one day, by inbox; in memory alone. */
  readonly #posts = new Map<string, number>();
  #postsDay = 0;

  constructor(ports: RelayPorts, stamps: Stamps) {
    this.#ports = ports;
    this.#stamps = stamps;
  }

  post([inboxId, bytes, token, stamp]: Params<"post">): Write<Result<"post">> {
    const { store, sha256 } = this.#ports;
    const digest = sha256(concatBytes(inboxId, bytes));
    if (token === null && (stamp === null || !this.#stamps.accepts(digest, stamp))) throw new RelayError("bad-stamp");
    const tokenHash = token === null ? null : sha256(token);
    let number: number | undefined;
    return new Write(
      () => {
        const inbox = store.inboxes.find(inboxId);
        if (inbox === undefined) throw new RelayError("unknown-inbox");
        if (tokenHash !== null) this.#requireToken(inboxId, inbox, tokenHash);
        const room = tokenHash === null ? limits.stampedInboxItems : limits.inboxItems;
        if (inbox.count >= room) throw new RelayError("inbox-full");
        number = store.inboxes.add(inboxId, { digest, bytes, day: this.#today() });
        return [];
      },
      () => {
        if (number === undefined) return;
        if (tokenHash !== null) this.#countPost(inboxId);
        this.#publish(inboxId, { at: number, bytes });
      },
    );
  }

  setToken([tokenHash, maxPerDay]: Params<"set-token">, inboxId: Uint8Array): Write<Result<"set-token">> {
    return new Write(() => {
      this.#ports.store.inboxes.setToken(inboxId, tokenHash, maxPerDay);
      return [];
    });
  }

  read([after, maxItems]: Params<"read-inbox">, inboxId: Uint8Array): Result<"read-inbox"> {
    const items = this.#read(inboxId, after, { ...most, maxItems });
    return items.map(({ number, bytes, day }) => [number, bytes, day]);
  }

  acknowledge([upTo]: Params<"ack-inbox">, inboxId: Uint8Array): Write<Result<"ack-inbox">> {
    return new Write(() => {
      this.#ports.store.inboxes.acknowledge(inboxId, upTo);
      return [];
    });
  }

  /** Starts to follow an inbox from its oldest unacknowledged item on. @returns what begins it, after the answer */
  watch(inboxId: Uint8Array, peer: Peer): () => void {
    const key = bytesKey(inboxId);
    const tails = this.#tails.get(key) ?? new Map<Peer, Tail<NumberedItem>>();
    const frame = (item: NumberedItem) => this.#frame(item);
    const tail = new Tail<NumberedItem>(
      peer,
      {
        read: (from) => this.#read(inboxId, from - 1, most).map(({ number, bytes }) => ({ at: number, bytes })),
        firstKept: () => 1,
        frame,
        sendGap: () => {},
        sendSlow: (next) => peer.send(this.#ports.frame(eventMessage("slow-inbox", [next]))),
        // The watch of an inbox is begun anew with its connection.
        sendBroken: (_next, error) => this.#ports.fault(error),
      },
      1,
    );
    tails.get(peer)?.end();
    this.#tails.set(key, tails.set(peer, tail));
    return () => tail.start();
  }

  leave(inboxId: Uint8Array, peer: Peer): void {
    const key = bytesKey(inboxId);
    const tails = this.#tails.get(key);
    tails?.get(peer)?.end();
    tails?.delete(peer);
    if (tails?.size === 0) this.#tails.delete(key);
  }

  /** What is in an inbox, but for items that are not what was posted any more: they must not hold up the others. */
  #read(
    inboxId: Uint8Array,
    after: number,
    page: { readonly maxItems: number; readonly maxBytes: number },
  ): InboxItem[] {
    const { store, sha256, fault } = this.#ports;
    for (let from = after; ; ) {
      const items = store.inboxes.read(inboxId, from, page);
      const intact = items.filter(({ digest, bytes }) => equalBytes(digest, sha256(concatBytes(inboxId, bytes))));
      if (intact.length < items.length) fault(new RelayError("storage-damaged"));
      const last = items.at(-1);
      if (intact.length > 0 || last === undefined) return intact;
      from = last.number;
    }
  }

  #publish(inboxId: Uint8Array, item: NumberedItem): void {
    const tails = this.#tails.get(bytesKey(inboxId));
    if (tails === undefined) return;
    const frame = this.#frame(item);
    for (const [peer, tail] of tails) if (!tail.offer(item.at, () => frame)) this.leave(inboxId, peer);
  }

  #frame({ at, bytes }: NumberedItem): Frame {
    return this.#ports.frame(eventMessage("item", [at, bytes]));
  }

  #requireToken(inboxId: Uint8Array, inbox: InboxRecord, tokenHash: Uint8Array): void {
    if (inbox.tokenHash === null || !equalBytes(inbox.tokenHash, tokenHash)) throw new RelayError("bad-token");
    if (this.#postsDay !== this.#today()) {
      this.#posts.clear();
      this.#postsDay = this.#today();
    }
    const posts = this.#posts.get(bytesKey(inboxId)) ?? 0;
    if (inbox.maxPerDay > 0 && posts >= inbox.maxPerDay) throw new RelayError("bad-token");
  }

  #countPost(inboxId: Uint8Array): void {
    const key = bytesKey(inboxId);
    this.#posts.set(key, (this.#posts.get(key) ?? 0) + 1);
  }

  #today(): number {
    return Math.floor(this.#ports.clock() / dayMs);
  }
}
