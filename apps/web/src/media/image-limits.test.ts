import { describe, expect, it } from "vitest";
import { isSafeImage, pixelSize } from "./image-limits.js";

function png(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(33);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

function jpeg(width: number, height: number): Uint8Array<ArrayBuffer> {
  // A comment segment stands before the frame, as in real files.
  const bytes = new Uint8Array([0xff, 0xd8, 0xff, 0xfe, 0, 4, 1, 2, 0xff, 0xc2, 0, 17, 8, 0, 0, 0, 0, 3, 0, 0, 0, 0]);
  const view = new DataView(bytes.buffer);
  view.setUint16(13, height);
  view.setUint16(15, width);
  return bytes;
}

function webp(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(40);
  bytes.set(new TextEncoder().encode("RIFF____WEBPVP8X"));
  const view = new DataView(bytes.buffer);
  view.setUint16(24, width - 1, true);
  view.setUint16(27, height - 1, true);
  return bytes;
}

describe("pixelSize", () => {
  it.each([
    ["PNG", png],
    ["JPEG", jpeg],
    ["WebP", webp],
  ])("reads the header of %s", (_, make) => {
    expect(pixelSize(make(640, 480))).toEqual({ width: 640, height: 480 });
  });

  it("reads a GIF", () => {
    expect(pixelSize(new Uint8Array([...new TextEncoder().encode("GIF89a"), 64, 1, 200, 0]))).toEqual({
      width: 320,
      height: 200,
    });
  });

  it.each(["", "RIFF", "GIF8", "\u0089PNG\r\n\u001a\n", "<svg xmlns='http://www.w3.org/2000/svg'/>"])(
    "knows no size where there is none: %j",
    (text) => {
      expect(pixelSize(Uint8Array.from(text, (character) => character.charCodeAt(0)))).toBeUndefined();
    },
  );
});

describe("isSafeImage", () => {
  it("opens what is of a size that screens have", async () => {
    expect(await isSafeImage(new Blob([png(4_000, 3_000)]))).toBe(true);
  });

  it.each([
    ["so many pixels", png(10_000, 10_000)],
    ["so long a side", png(60_000, 1)],
    ["no pixels", png(0, 10)],
    ["no size", new Uint8Array(100)],
  ])("does not open a picture with %s", async (_, bytes) => {
    expect(await isSafeImage(new Blob([bytes]))).toBe(false);
  });
});
