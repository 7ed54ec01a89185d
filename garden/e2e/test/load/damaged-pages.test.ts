import { closeSync, openSync, readFileSync, readSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { buildPrograms, noteFigure, RelayProcess, World } from "@redoubt/testkit";
import { beforeAll, expect, it } from "vitest";
import { codeOf } from "./directory.js";
import { HonestPair } from "./honest-pair.js";
import { LoadLog, Watcher, wayTo } from "./load-log.js";

beforeAll(buildPrograms, 120_000);

const entries = 60;
const textOf = (name: string, i: number) => `${name} ${i} `.padEnd(20_000, "x");

/** Flips one bit of a file where it holds a text. */
function flipIn(file: string, text: string): void {
  const place = readFileSync(file).indexOf(text);
  if (place < 0) throw new Error(`the file does not hold ${text}`);
  flipAt(file, place);
}

function flipAt(file: string, place: number): void {
  const handle = openSync(file, "r+");
  const byte = Buffer.alloc(1);
  readSync(handle, byte, 0, 1, place);
  writeSync(handle, Buffer.of((byte[0] as number) ^ 1), 0, 1, place);
  closeSync(handle);
}

it("a page that goes bad while the relay runs is not given out, says so, and leaves the rest as it is", {
  timeout: 120_000,
}, async () => {
  await using world = await World.start();
  await using pair = await HonestPair.meet(world);
  const way = wayTo(world.relay.url);
  const [journalled, sound, broken] = [new LoadLog(), new LoadLog(), new LoadLog()];
  for (const [name, log] of [
    ["sound", sound],
    ["broken", broken],
    ["journalled", journalled],
  ] as const) {
    await log.create(way);
    await way.errand(async (session) => {
      await log.prove(session);
      for (let i = 1; i <= entries; i++) await log.append(session, Buffer.from(textOf(name, i)));
    });
  }
  const read = (log: LoadLog, from: number) =>
    way.errand(async (session) => {
      const [, , some] = await session.request("read", [log.id, from, 256]);
      return some.map(([, , bytes]) => Buffer.from(bytes).toString());
    });
  // In the journal of a relay that runs: what it has in memory it gives out, what it reads anew it refuses.
  flipIn(path.join(world.folder.at("relay"), "relay.db-wal"), textOf("journalled", 50).slice(0, 200));
  const fiftieth = await read(journalled, 50).catch(codeOf);
  expect(["storage-damaged", textOf("journalled", 50)]).toContain(
    typeof fiftieth === "string" ? fiftieth : fiftieth[0],
  );

  // Started again, so that nothing of it stands in the journal or in the memory of the relay.
  await world.relay.stop("SIGTERM");
  await world.relay.startAgain();
  flipIn(path.join(world.folder.at("relay"), "relay.db"), textOf("broken", 31).slice(0, 200));

  expect(await read(journalled, 50).catch(codeOf)).toBe("storage-damaged");
  expect((await read(journalled, 51))[0]).toBe(textOf("journalled", 51));
  expect((await read(broken, 1)).every((text, i) => text === textOf("broken", i + 1))).toBe(true);
  expect(await read(broken, 31).catch(codeOf)).toBe("storage-damaged");
  expect((await read(broken, 32))[0]).toBe(textOf("broken", 32));
  expect((await sound.readAll(way)).map((bytes) => Buffer.from(bytes).toString())).toEqual(
    Array.from({ length: entries }, (_, i) => textOf("sound", i + 1)),
  );
  // Who watches gets all before it, and the relay lives on.
  const watcher = new Watcher(way, broken);
  await watcher.until(30);
  await pair.exchange("beside the damage");
  expect(watcher.last).toBe(30);
  expect(world.relay.lines.some((line) => line.includes("a request failed"))).toBe(true);
  await pair.expectNothingLost();
  way.close();
});

it("a relay that was killed does not start over a journal that has gone bad, and starts over a sound one", {
  timeout: 120_000,
}, async () => {
  await using world = await World.start();
  await using pair = await HonestPair.meet(world);
  for (let i = 0; i < 5; i++) await pair.exchange(`before ${i}`);
  await world.relay.stop("SIGKILL");
  const journal = path.join(world.folder.at("relay"), "relay.db-wal");
  const place = Math.floor(statSync(journal).size / 2);
  flipAt(journal, place);
  const start = () => RelayProcess.start({ data: world.folder.at("relay") });
  await expect(start()).rejects.toThrow("journal (relay.db-wal) is damaged");
  flipAt(journal, place);
  const begin = performance.now();
  await world.relay.startAgain();
  noteFigure("killed with a journal", "start, the journal checked", `${(performance.now() - begin).toFixed(0)} ms`);
  await pair.exchange("after");
  await pair.expectNothingLost();
});
