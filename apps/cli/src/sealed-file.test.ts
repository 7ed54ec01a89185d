import { utf8 } from "@redoubt/base";
import { expect, it } from "vitest";
import { openSealedFile, sealFile } from "./sealed-file.js";

const content = utf8("the whole home");
const sealed = await sealFile(content, "correct horse");

const refusal = (code: string) => expect.objectContaining({ code });

it("opens with its passphrase, however it is typed", async () => {
  expect(await openSealedFile(sealed, "correct horse")).toEqual(content);
  const composed = await sealFile(content, "caf\u00e9");
  expect(await openSealedFile(composed, "cafe\u0301")).toEqual(content);
});

it("refuses another passphrase, and none", async () => {
  await expect(openSealedFile(sealed, "correct hors")).rejects.toEqual(refusal("wrong-passphrase"));
  await expect(sealFile(content, "")).rejects.toEqual(refusal("no-passphrase"));
});

it("refuses a file in which a bit of any part is changed", async () => {
  for (const at of [20, 31, sealed.length - 1]) {
    const changed = Uint8Array.from(sealed);
    changed[at] = (changed[at] as number) ^ 1;
    await expect(openSealedFile(changed, "correct horse")).rejects.toEqual(refusal("wrong-passphrase"));
  }
});

it("knows a backup, and its version, by its beginning", async () => {
  await expect(openSealedFile(content, "x")).rejects.toEqual(refusal("not-a-backup"));
  const newer = Uint8Array.from(sealed);
  newer[14] = 2;
  await expect(openSealedFile(newer, "correct horse")).rejects.toEqual(refusal("newer-version"));
});

it("seals the same content differently each time, and shows nothing of it", async () => {
  const again = await sealFile(content, "correct horse");
  expect(again).not.toEqual(sealed);
  expect(Buffer.from(again).includes(Buffer.from(content))).toBe(false);
});
