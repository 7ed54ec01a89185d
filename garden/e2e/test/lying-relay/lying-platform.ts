import { type CborValue, decodeCbor, encodeCbor } from "@redoubt/base";
import type { Platform, WatchedEntry } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";

/** What a relay says that lies: the truth, unless said otherwise. */
export interface Lies {
  /** What is told of in the place of an entry. */
  entry: (entry: WatchedEntry) => readonly WatchedEntry[];
  /** What is told of in the place of the last number, where a watch begins. */
  lastSeq: (lastSeq: number) => number;
}

export function noLies(): Lies {
  return { entry: (entry) => [entry], lastSeq: (lastSeq) => lastSeq };
}

/** The sockets of a client whose relay lies to it about logs. Between relay and lie, everything is as it is. */
export function lyingPlatform(lies: Lies): Platform {
  return {
    ...nodePlatform,
    openSocket(url, { message, closed }) {
      const watchRequests = new Set<CborValue>();
      const socket = nodePlatform.openSocket(url, {
        message(bytes) {
          for (const said of lie(lies, watchRequests, decodeCbor(bytes.slice()) as CborValue[]))
            message(encodeCbor(said));
        },
        closed,
      });
      return {
        send(frame) {
          const [id, op] = decodeCbor(frame.slice()) as [number, string];
          if (op === "watch") watchRequests.add(id);
          socket.send(frame);
        },
        close: () => socket.close(),
      };
    },
  };
}

/** @returns what is said in the place of one message of the relay */
function lie(lies: Lies, watchRequests: ReadonlySet<CborValue>, said: CborValue[]): CborValue[][] {
  const [id, name, body] = said;
  if (id === 0 && name === "entry") {
    const [logId, seq, entryId, bytes] = body as [Uint8Array, number, Uint8Array, Uint8Array];
    return lies.entry({ seq, entryId, bytes }).map((told) => [0, "entry", [logId, told.seq, told.entryId, told.bytes]]);
  }
  if (id !== undefined && watchRequests.has(id) && name === true) {
    const [lastSeq] = body as [number];
    return [[id, true, [lies.lastSeq(lastSeq)]]];
  }
  return [said];
}
