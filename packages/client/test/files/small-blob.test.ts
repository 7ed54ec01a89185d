import { asSecret, equalBytes } from "@redoubt/base";
import { nodePlatform } from "@redoubt/transport/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { getSmallBlob, newBlobPlace, putSmallBlob } from "../../src/files/small-blob.js";
import { context, FileRelay } from "./file-relay.js";

describe("small blobs", () => {
  let relay: FileRelay;
  beforeEach(async () => {
    relay = await FileRelay.start();
  });
  afterEach(() => relay[Symbol.asyncDispose]());

  const ports = () => ({ transport: relay.transport, context, access: relay.access });

  it.each([0, 1, 100_000, 8 * 1024 * 1024])("of %i bytes come back as they went", async (size) => {
    const content = context.random(size);
    const blob = await putSmallBlob(ports(), content);
    expect(blob.size).toBe(size);
    expect(equalBytes(await getSmallBlob(ports(), blob), content)).toBe(true);
  });

  it("go to a place that was chosen before, and again to the same one", async () => {
    const place = newBlobPlace(context.random);
    const content = context.random(1_000);
    const first = await putSmallBlob(ports(), content, place);
    expect(first).toEqual({ ...place, size: 1_000 });
    expect(await putSmallBlob(ports(), content, place)).toEqual(first);
    expect(equalBytes(await getSmallBlob(ports(), first), content)).toBe(true);
  });

  it("are refused when they are too long, or when nobody may write", async () => {
    await expect(putSmallBlob(ports(), new Uint8Array(8 * 1024 * 1024 + 1))).rejects.toMatchObject({
      code: "bad-length",
    });
    const access = { ...relay.access, writeSeed: asSecret<32>(context.random(32)) };
    await expect(putSmallBlob({ ...ports(), access }, new Uint8Array(1))).rejects.toMatchObject({
      code: "bad-signature",
    });
  });

  it("are refused where the relay gives other bytes, or they are of another size or key", async () => {
    const content = context.random(1_000).fill(1, 900);
    const blob = await putSmallBlob(ports(), content);
    await expect(getSmallBlob(ports(), { ...blob, size: 999 })).rejects.toMatchObject({ code: "altered-file" });
    const key = asSecret<32>(context.random(32));
    await expect(getSmallBlob(ports(), { ...blob, key })).rejects.toMatchObject({ code: "altered-file" });
    await using liar = await FileRelay.start({
      ...nodePlatform,
      sendHttp: (request) => {
        const { answer, abort } = nodePlatform.sendHttp(request);
        const lie = (body: Uint8Array) => (request.method === "GET" ? body.with(5, (body[5] as number) ^ 1) : body);
        return { answer: answer.then((value) => ({ ...value, body: lie(value.body) })), abort };
      },
    });
    const liesTo = { transport: liar.transport, context, access: liar.access };
    const put = await putSmallBlob(liesTo, content);
    await expect(getSmallBlob(liesTo, put)).rejects.toMatchObject({ code: "altered-file" });
  });
});
