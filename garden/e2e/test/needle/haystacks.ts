import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import path from "node:path";
import { encodeCbor } from "@redoubt/base";
import type { Store } from "@redoubt/store";
import type { Platform } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";

/** Every file in a folder, with what it holds now. */
export function filesOf(folder: string): ReadonlyMap<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(entries.map(({ name, parentPath }) => [name, readFileSync(path.join(parentPath, name))]));
}

/**
 * The memory of a process that this one has started, region by region: heaps, stacks and buffers. Linux alone shows it.
 *
 * @param processId of a child
 */
export function* memoryOf(processId: number): Generator<Buffer> {
  const maps = readFileSync(`/proc/${processId}/maps`, "latin1");
  const memory = openSync(`/proc/${processId}/mem`, "r");
  try {
    for (const [, from = "", to = ""] of maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw.*$/gm)) {
      const start = Number.parseInt(from, 16);
      const region = Buffer.alloc(Number.parseInt(to, 16) - start);
      yield region.subarray(0, readRegion(memory, region, start));
    }
  } finally {
    closeSync(memory);
  }
}

/** @returns how much of it could be read: a region may go, and guard pages cannot be read */
function readRegion(memory: number, region: Buffer, start: number): number {
  let length = 0;
  try {
    while (length < region.length) length += readSync(memory, region, length, region.length - length, start + length);
  } catch {
    return length;
  }
  return length;
}

/** The sockets of Node, with a record of all messages, before the mask of WebSockets is laid over them. */
export function recordingPlatform(record: Buffer[]): Platform {
  return {
    ...nodePlatform,
    openSocket(url, { message, closed }) {
      const socket = nodePlatform.openSocket(url, {
        message(bytes) {
          record.push(Buffer.from(bytes));
          message(bytes);
        },
        closed,
      });
      return {
        send(frame) {
          record.push(Buffer.from(frame));
          socket.send(frame);
        },
        close: () => socket.close(),
      };
    },
    sendHttp(request) {
      record.push(Buffer.from(JSON.stringify([request.method, request.url, request.headers])));
      if (request.body !== undefined) record.push(Buffer.from(request.body));
      const { answer, abort } = nodePlatform.sendHttp(request);
      const recorded = answer.then((value) => {
        record.push(Buffer.from(value.body));
        return value;
      });
      return { answer: recorded, abort };
    },
  };
}

/** What a client has in its store, opened. */
export function openedStore(store: Store): Uint8Array {
  const conversations = store.conversations.list();
  const account = store.account.get();
  return encodeCbor([
    account?.deviceKeys ?? null,
    conversations.map(({ detail }) => detail),
    conversations.flatMap(({ id }) => store.messages.page(id, { limit: 100 }).map(({ content }) => content)),
    store.keyPackages.lastResorts().map(({ value }) => value),
  ]);
}
