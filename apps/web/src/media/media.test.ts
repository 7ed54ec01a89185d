import { describe, expect, it } from "vitest";
import { mediaKind } from "./media-kind.js";
import { safeFileName } from "./save-to-disk.js";
import { barCount, barsOf } from "./waveform.js";

describe("mediaKind", () => {
  it.each(["image/svg+xml", "text/html", "application/pdf", "application/xhtml+xml", "__proto__", ""])(
    "saves %s and shows nothing of it",
    (type) => {
      expect(mediaKind({ name: "a", size: 1, type })).toBe("file");
    },
  );

  it("shows pictures, films and sound", () => {
    expect(["image/png", "video/mp4", "audio/ogg"].map((type) => mediaKind({ name: "a", size: 1, type }))).toEqual([
      "image",
      "video",
      "audio",
    ]);
  });
});

describe("safeFileName", () => {
  it("leaves nothing that leads out of the folder", () => {
    expect(safeFileName("../../.bashrc")).toBe("__.._.bashrc");
    expect(safeFileName("a\u0000b/c\\d:e")).toBe("a_b_c_d_e");
    expect(safeFileName(" ")).toBe("file");
    expect(safeFileName("x".repeat(500))).toHaveLength(200);
  });
});

describe("barsOf", () => {
  it("shows the loudest as 1, and silence as 0", () => {
    const samples = new Float32Array(4_000);
    samples[2_000] = -0.5;
    const bars = barsOf(samples);
    expect(bars).toHaveLength(barCount);
    expect(Math.max(...bars)).toBe(1);
    expect(bars.filter((bar) => bar === 0)).toHaveLength(barCount - 1);
  });

  it("has all bars for a sound that is shorter than they are many", () => {
    expect(barsOf(new Float32Array(3))).toHaveLength(barCount);
  });
});
