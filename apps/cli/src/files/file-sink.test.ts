import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFileSink } from "./file-sink.js";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a saved file", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "redoubt-files-"));
    file = path.join(folder, "saved");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("has its name once it is complete, and not before", async () => {
    const sink = createFileSink(file);
    expect(await sink.begin(undefined)).toBe(0);
    await sink.write(bytes("all "));
    await sink.write(bytes("of it"));
    await sink.flush();
    expect(existsSync(file)).toBe(false);
    await sink.finish();
    await sink.close();
    expect(readFileSync(file, "utf8")).toBe("all of it");
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it("goes on behind what is kept, and forgets what came after that", async () => {
    writeFileSync(`${file}.part`, "kept and more");
    const sink = createFileSink(file);
    expect(await sink.begin(4)).toBe(4);
    await sink.write(bytes("!"));
    await sink.finish();
    await sink.close();
    expect(readFileSync(file, "utf8")).toBe("kept!");
  });

  it("begins anew where less is there than was kept", async () => {
    writeFileSync(`${file}.part`, "ke");
    const sink = createFileSink(file);
    expect(await sink.begin(4)).toBe(0);
    await sink.close();
    expect(readFileSync(`${file}.part`, "utf8")).toBe("");
  });

  it("takes no name from what is there: neither before nor at the end", async () => {
    writeFileSync(file, "mine");
    await expect(createFileSink(file).begin(undefined)).rejects.toMatchObject({ code: "file-exists" });
    rmSync(file);
    writeFileSync(`${file}.part`, "mine as well");
    await expect(createFileSink(file).begin(undefined)).rejects.toMatchObject({ code: "file-exists" });
    expect(readFileSync(`${file}.part`, "utf8")).toBe("mine as well");
    rmSync(`${file}.part`);
    const sink = createFileSink(file);
    await sink.begin(undefined);
    writeFileSync(file, "meanwhile");
    await expect(sink.finish()).rejects.toMatchObject({ code: "file-exists" });
    await sink.close();
    expect(readFileSync(file, "utf8")).toBe("meanwhile");
  });

  it("is refused with a code where nothing can be written", async () => {
    await expect(createFileSink(path.join(folder, "no", "file")).begin(undefined)).rejects.toMatchObject({
      code: "not-written",
    });
    mkdirSync(`${file}.part`);
    await expect(createFileSink(file).begin(0)).rejects.toMatchObject({ code: "not-written" });
  });
});
