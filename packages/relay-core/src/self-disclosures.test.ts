import { limits } from "@redoubt/wire";
import { describe, expect, it } from "vitest";
import type { Peer } from "./ports.js";
import { RelayError } from "./relay-error.js";
import { SelfDisclosures } from "./self-disclosures.js";

const accountOf = (number: number) => ({ accountId: new Uint8Array(32).fill(number) });
const newPeer = (): Peer => ({ send: () => {}, backlog: () => 0, whenDrained: () => {}, close: () => {} });

function codeOf(work: () => unknown): string {
  try {
    work();
    return "ok";
  } catch (error) {
    return error instanceof RelayError ? error.code : String(error);
  }
}

describe("disclosures that accounts fetch of themselves", () => {
  const bundle = new Uint8Array(2 * limits.disclosurePage + 5).map((_, at) => at % 251);
  let now = 0;
  const create = (bytes = bundle) =>
    new SelfDisclosures({ discloseAccount: ([first]) => ({ note: `of ${first}`, bundle: bytes }), clock: () => now });

  it("come in pages of bounded size, each account's its own", () => {
    const disclosures = create();
    const peer = newPeer();
    const pages = [0, 1, 2].map((page) => disclosures.page([page], accountOf(7), peer));
    expect(pages.map(([count, note, bytes]) => [count, note, bytes.length])).toEqual([
      [3, "of 7", limits.disclosurePage],
      [3, "of 7", limits.disclosurePage],
      [3, "of 7", 5],
    ]);
    expect(Buffer.concat(pages.map(([, , bytes]) => bytes)).equals(bundle)).toBe(true);
    expect(create(new Uint8Array(0)).page([0], accountOf(7), peer)).toEqual([1, "of 7", new Uint8Array(0)]);
  });

  it("are gone after their last page, with their connection, and beyond their end", () => {
    const disclosures = create();
    const peer = newPeer();
    const page = (number: number) => codeOf(() => disclosures.page([number], accountOf(7), peer));
    expect([page(1), page(0), page(3), page(2), page(1)]).toEqual([
      "disclosure-gone",
      "ok",
      "disclosure-gone",
      "ok",
      "disclosure-gone",
    ]);
    expect(page(0)).toBe("ok");
    disclosures.leave(peer);
    expect(page(1)).toBe("disclosure-gone");
  });

  it("are kept for sixteen connections, the oldest giving way", () => {
    const disclosures = create();
    const peers = Array.from({ length: 17 }, newPeer);
    for (const [at, peer] of peers.entries()) disclosures.page([0], accountOf(at), peer);
    const codes = peers.map((peer, at) => codeOf(() => disclosures.page([1], accountOf(at), peer)));
    expect(codes).toEqual(["disclosure-gone", ...Array.from({ length: 16 }, () => "ok")]);
  });

  it("are made for one account so often a minute, whatever its connections", () => {
    const disclosures = create();
    const ask = () => codeOf(() => disclosures.page([0], accountOf(7), newPeer()));
    expect(Array.from({ length: 13 }, ask)).toEqual([...Array.from({ length: 12 }, () => "ok"), "rate-limited"]);
    expect(codeOf(() => disclosures.page([0], accountOf(8), newPeer()))).toBe("ok");
    now += 10_000;
    expect([ask(), ask()]).toEqual(["ok", "rate-limited"]);
    now += 120_000;
    disclosures.sweep();
    expect(ask()).toBe("ok");
  });
});
