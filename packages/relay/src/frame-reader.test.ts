import { once } from "node:events";
import type { Writable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as ws from "ws";
import { FrameReader } from "./frame-reader.js";

/** Not among the declared types. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable };
const longest = 70_000;
type Told = readonly [string, ...unknown[]];

function readByUs(pieces: readonly Buffer[]): Told[] {
  const told: Told[] = [];
  const copy = (payload: Buffer) => payload.toString("hex");
  const reader = new FrameReader(
    {
      message: (payload, isBinary) => told.push(["message", copy(payload), isBinary]),
      ping: (payload) => told.push(["ping", copy(payload)]),
      pong: () => told.push(["pong"]),
      closed: (code) => told.push(["closed", code]),
      broken: (code) => told.push(["broken", code]),
    },
    longest,
  );
  for (const piece of pieces) reader.push(Buffer.from(piece));
  return told;
}

const unreachable = {
  message: () => expect.unreachable(),
  ping: () => expect.unreachable(),
  pong: () => expect.unreachable(),
  closed: () => expect.unreachable(),
  broken: () => expect.unreachable(),
};

async function readByWs(pieces: readonly Buffer[]): Promise<Told[]> {
  const told: Told[] = [];
  const receiver = new Receiver({ isServer: true, maxPayload: longest, skipUTF8Validation: true });
  receiver.on("message", (payload: Buffer, isBinary: boolean) =>
    told.push(["message", payload.toString("hex"), isBinary]),
  );
  receiver.on("ping", (payload: Buffer) => told.push(["ping", payload.toString("hex")]));
  receiver.on("pong", () => told.push(["pong"]));
  receiver.on("conclude", (code: number) => told.push(["closed", code === 1005 ? undefined : code]));
  const broken = once(receiver, "error").then(([error]) => {
    const code = Object.getOwnPropertySymbols(error).map((symbol) => (error as Record<symbol, unknown>)[symbol]);
    told.push(["broken", code[0]]);
  });
  const finished = once(receiver, "finish");
  for (const piece of pieces) receiver.write(Buffer.from(piece));
  receiver.end();
  await Promise.race([finished.catch(() => broken), broken]);
  // It complains of what comes after the end.
  const end = told.findIndex(([name]) => name === "closed");
  return end < 0 ? told : told.slice(0, end + 1);
}

interface Given {
  readonly first: number;
  readonly mask: readonly [number, number, number, number] | null;
  readonly payload: Uint8Array;
  readonly form: 0 | 1 | 2;
}

function build({ first, mask, payload, form }: Given): Buffer {
  const { length } = payload;
  const least = length < 126 ? 0 : length < 65_536 ? 1 : 2;
  const used = Math.max(form, least);
  const head = Buffer.alloc([2, 4, 10][used] as number);
  head[0] = first;
  head[1] = (mask === null ? 0 : 0x80) | ([length, 126, 127][used] as number);
  if (used === 1) head.writeUInt16BE(length, 2);
  if (used === 2) head.writeBigUInt64BE(BigInt(length), 2);
  const masked = mask === null ? payload : payload.map((byte, i) => byte ^ (mask[i % 4] as number));
  return Buffer.concat([head, Buffer.from(mask ?? []), masked]);
}

const byte = fc.nat(255);
const payload = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ maxLength: 20 }) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 120, maxLength: 130 }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 65_500, max: longest + 20 }).map((length) => new Uint8Array(length).fill(7)),
  },
);
const usual = fc.constantFrom(0x82, 0x81, 0x02, 0x00, 0x80, 0x89, 0x8a, 0x88);
const given: fc.Arbitrary<Given> = fc.record({
  first: fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: byte }),
  mask: fc.option(fc.tuple(byte, byte, byte, byte), { freq: 40 }),
  payload,
  form: fc.constantFrom(0, 0, 0, 1, 2),
});
const longClose = fc.integer({ min: 0, max: 5_100 }).map((code): Given => {
  const reason = Buffer.alloc(3);
  reason.writeUInt16BE(code);
  return { first: 0x88, mask: [1, 2, 3, 4], payload: reason, form: 0 };
});

function cutUp(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
}

describe("frames", () => {
  it("are read as another implementation reads them, however they come in pieces", async () => {
    const frames = fc.array(fc.oneof({ weight: 9, arbitrary: given }, { weight: 1, arbitrary: longClose }), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(frames, fc.array(fc.nat(), { maxLength: 12 }), async (list, cuts) => {
        const pieces = cutUp(Buffer.concat(list.map(build)), cuts);
        expect(readByUs(pieces)).toEqual(await readByWs(pieces));
      }),
      { numRuns: 250 },
    );
  });

  it("are read byte by byte, with control frames between the parts of a message", () => {
    const mask = [9, 8, 7, 6] as const;
    const frame = (first: number, text: string) => build({ first, mask, payload: Buffer.from(text), form: 0 });
    const bytes = Buffer.concat([
      frame(0x02, "one "),
      frame(0x89, "there?"),
      frame(0x00, "two "),
      frame(0x80, "three"),
    ]);
    expect(readByUs(cutUp(bytes, [...bytes.keys()]))).toEqual([
      ["ping", Buffer.from("there?").toString("hex")],
      ["message", Buffer.from("one two three").toString("hex"), true],
    ]);
  });

  it("that claim more than comes take no room for it, nor does a message in many parts beyond the limit", () => {
    const head = build({ first: 0x82, mask: [1, 2, 3, 4], payload: new Uint8Array(longest), form: 2 }).subarray(0, 14);
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 2_000 }, () => {
      const reader = new FrameReader(unreachable, longest);
      reader.push(Buffer.from(head));
      return reader;
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
    expect(readers).toHaveLength(2_000);
    const part = build({ first: 0x00, mask: [1, 2, 3, 4], payload: new Uint8Array(30_000), form: 0 });
    const begin = Buffer.from(part);
    begin[0] = 0x02;
    expect(readByUs([begin, part, part])).toEqual([["broken", 1009]]);
  });
});
