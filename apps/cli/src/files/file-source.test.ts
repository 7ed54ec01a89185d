import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { encode } from "jpeg-js";
import { PNG } from "pngjs";
import { thumbHashToRGBA } from "thumbhash";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openFileSource, reopenFileSource } from "./file-source.js";
import { thumbhashOf } from "./thumbnail.js";

describe("a file to send", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "redoubt-files-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const make = (name: string, content: string | Uint8Array = "content") => {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    return file;
  };

  it("is named by the last part of its path, with its type, and read from anywhere", async () => {
    const source = await openFileSource(make("Bericht.PDF", "0123456789"));
    expect([source.name, source.type, source.size]).toEqual(["Bericht.PDF", "application/pdf", 10]);
    expect(Buffer.from(await source.read(3, 4)).toString()).toBe("3456");
    expect(await source.read(8, 4)).toHaveLength(2);
    await source.close();
    const other = await openFileSource(make("unknown"));
    expect([other.type, other.thumbhash]).toEqual(["application/octet-stream", undefined]);
    await other.close();
  });

  it("has a name of at most 255 bytes, and keeps its extension", async () => {
    const source = await openFileSource(make(`${"ü".repeat(120)}.tar.gz`));
    expect(Buffer.byteLength(source.name)).toBeLessThanOrEqual(255);
    expect(source.name.endsWith(".gz")).toBe(true);
    await source.close();
  });

  it("is found again after a restart, unless its size or its time is another", async () => {
    const file = make("file");
    const source = await openFileSource(file);
    await source.close();
    const again = await reopenFileSource(source.handle);
    expect(again?.name).toBe("file");
    await again?.close();
    utimesSync(file, 1, 1);
    expect(await reopenFileSource(source.handle)).toBeUndefined();
    rmSync(file);
    expect(await reopenFileSource(source.handle)).toBeUndefined();
  });

  it("is refused with a code where it is none", async () => {
    await expect(openFileSource(path.join(folder, "nothing"))).rejects.toMatchObject({ code: "no-file" });
    await expect(openFileSource(folder)).rejects.toMatchObject({ code: "not-a-file" });
  });

  it("has a tiny picture if it is a picture", async () => {
    const png = new PNG({ width: 400, height: 200 });
    for (let i = 0; i < png.data.length; i += 4) png.data.set([200, 30, 30, 255], i);
    const source = await openFileSource(make("red.png", PNG.sync.write(png)));
    const { w, h, rgba } = thumbHashToRGBA(source.thumbhash as Uint8Array);
    expect(w / h).toBeCloseTo(2, 0);
    expect(rgba[0]).toBeGreaterThan(150);
    expect(rgba[1]).toBeLessThan(80);
    await source.close();
    const jpeg = encode({ width: 300, height: 500, data: new Uint8Array(300 * 500 * 4).fill(128) }, 80).data;
    expect(thumbhashOf(jpeg)?.length).toBeGreaterThan(4);
  });

  it("has none where the picture is broken, cut off, too large or none at all", () => {
    const png = PNG.sync.write(new PNG({ width: 10, height: 10 }));
    const huge = Buffer.from(png);
    huge.writeUInt32BE(100_000, 16);
    huge.writeUInt32BE(100_000, 20);
    const interlaced = Buffer.from(png);
    interlaced[28] = 1;
    const jpeg = encode({ width: 50, height: 50, data: new Uint8Array(10_000) }, 80).data;
    const broken = [
      huge,
      interlaced,
      png.subarray(0, 20),
      png.subarray(0, 50),
      jpeg.subarray(0, 30),
      Buffer.from("text"),
    ];
    expect(thumbhashOf(png)).toBeDefined();
    for (const file of [...broken, new Uint8Array(0)]) expect(thumbhashOf(file)).toBeUndefined();
  });
});
