import { equalBytes } from "@redoubt/base";
import type { Attachment } from "@redoubt/conversation";
import { blobLayout } from "@redoubt/crypto";
import type { Store, Upload } from "@redoubt/store";
import type { HttpAnswer, HttpRequest, Platform } from "@redoubt/transport";
import { nodePlatform } from "@redoubt/transport/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { downloadFile } from "../../src/files/download.js";
import type { FileSink, FileSource } from "../../src/files/file-ports.js";
import { newBlobPlace } from "../../src/files/small-blob.js";
import { Stop } from "../../src/files/stop.js";
import { uploadFile } from "../../src/files/upload.js";
import { windowLength } from "../../src/files/windows.js";
import { context, FileRelay } from "./file-relay.js";
import { storeWithMessage } from "./store-with-message.js";

/** What stands between a client and its relay. */
type Meddler = (request: HttpRequest, send: () => Promise<HttpAnswer>) => Promise<HttpAnswer>;

const honest: Meddler = (_request, send) => send();

describe("transfers", () => {
  let relay: FileRelay;
  let meddler: Meddler;
  let store: Store;
  let messageId: Uint8Array;
  let release: () => void;

  beforeEach(async () => {
    meddler = honest;
    const platform: Platform = {
      ...nodePlatform,
      sendHttp: (request) => {
        const exchange = () => nodePlatform.sendHttp(request);
        let abort: () => void = () => undefined;
        const send = () => {
          const { answer, abort: end } = exchange();
          abort = end;
          return answer;
        };
        return { answer: meddler(request, send), abort: () => abort() };
      },
    };
    relay = await FileRelay.start(platform);
    ({ store, messageId, release } = storeWithMessage());
  });
  afterEach(async () => {
    store.close();
    release();
    await relay[Symbol.asyncDispose]();
  });

  const newUpload = (content: Uint8Array): Upload => {
    const { blobId, key } = newBlobPlace(context.random);
    const conversation = store.conversations.list()[0]?.id as Uint8Array;
    store.uploads.add({ messageId, part: 0, conversation, blobId, key, size: content.length, source: "" });
    return store.uploads.list().at(-1) as Upload;
  };
  const again = ({ position }: Upload) => store.uploads.get(position) as Upload;
  const upload = (wanted: Upload, source: FileSource, abort = new Stop(), onDone?: (done: number) => void) => {
    const { blobs } = relay.transport;
    const onProgress = ({ done }: { readonly done: number }) => onDone?.(done);
    return uploadFile({ context, store, blobs, access: relay.access }, wanted, source, { onProgress, abort });
  };
  const download = (wanted: Upload, sink: FileSink, abort = new Stop()) => {
    const { blobId, key, size } = wanted;
    const attachment: Attachment = { blobId, key, size, name: "", contentType: "", relay: "", thumbhash: undefined };
    const place = { messageId, part: 0, place: sink.place };
    const ports = { provider: context.provider, store, blobs: relay.transport.blobs };
    return downloadFile(ports, { attachment, download: place }, sink, { onProgress: () => undefined, abort });
  };
  const codeOf = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      return (error as { readonly code?: string }).code ?? String(error);
    }
    return "done";
  };
  const isUpload = ({ method }: HttpRequest) => method === "PATCH";

  it.each([0, 1, windowLength, windowLength + 1, 2 * windowLength + 70_000])("of %i bytes are equal", async (size) => {
    const content = context.random(size);
    const wanted = newUpload(content);
    await upload(wanted, sourceOf(content));
    const sink = new MemorySink();
    await download(wanted, sink);
    expect(sink.isFinished && equalBytes(sink.content, content)).toBe(true);
    expect(store.downloads.done({ messageId, part: 0, place: sink.place })).toBeUndefined();
  });

  it("go on after they broke off, with what is there, in both directions", async () => {
    const content = context.random(3 * windowLength);
    const wanted = newUpload(content);
    let parts = 0;
    meddler = async (request, send) => {
      if (isUpload(request) && ++parts > 1) throw new Error("the network is gone");
      return send();
    };
    expect(await codeOf(upload(wanted, sourceOf(content)))).toBe("unreachable");
    meddler = honest;
    const progress: number[] = [];
    await upload(again(wanted), sourceOf(content), new Stop(), (done) => progress.push(done));
    expect(progress[0]).toBe(windowLength);

    const sink = new MemorySink();
    let ranges: string[] = [];
    meddler = async (request, send) => {
      ranges.push(request.headers["range"] ?? "");
      if (ranges.length > 2) throw new Error("the network is gone");
      return send();
    };
    expect(await codeOf(download(wanted, sink))).toBe("unreachable");
    expect([sink.content.length, sink.isFinished]).toEqual([2 * windowLength, false]);
    ranges = [];
    meddler = async (request, send) => {
      ranges.push(request.headers["range"] ?? "");
      return send();
    };
    await download(wanted, sink);
    expect(ranges[0]).toBe(`bytes=${2 * 64 * (65_536 + 16)}-${blobLayout(content.length).sealedLength - 1}`);
    expect(equalBytes(sink.content, content)).toBe(true);
  });

  it("begin anew where the relay has forgotten the upload, or what was saved is gone", async () => {
    const content = context.random(2 * windowLength);
    const wanted = newUpload(content);
    const abort = new Stop();
    await codeOf(upload(wanted, sourceOf(content), abort, (done) => done > 0 && abort.abort()));
    const forgotten = { ...again(wanted), blobId: context.random(32) };
    await upload(forgotten, sourceOf(content));
    const sink = new MemorySink();
    store.downloads.set({ messageId, part: 0, place: sink.place }, windowLength);
    await download(forgotten, sink);
    expect(equalBytes(sink.content, content)).toBe(true);
  });

  it("never seal other bytes where some were sealed before: not after a restart, not when the relay asks again", async () => {
    const content = context.random(2 * windowLength);
    const wanted = newUpload(content);
    const bodies: Uint8Array[] = [];
    meddler = async (request, send) => {
      if (request.body !== undefined) bodies.push(request.body.slice());
      if (isUpload(request)) throw new Error("the network is gone");
      return send();
    };
    expect(await codeOf(upload(wanted, sourceOf(content)))).toBe("unreachable");
    // The relay never answered; whoever listens has the first window all the same.
    expect(bodies).toHaveLength(1);
    const changed = content.with(5, (content[5] as number) ^ 1);
    expect(await codeOf(upload(again(wanted), sourceOf(changed)))).toBe("file-changed");
    expect(bodies).toHaveLength(1);

    meddler = honest;
    const source = sourceOf(content);
    let isFirst = true;
    meddler = async (request, send) => {
      if (!isUpload(request)) return isFirst ? send() : { ...(await send()), header: () => "0" };
      isFirst = false;
      // Once the bytes have gone, the file changes and the relay claims to have nothing.
      source.content = changed;
      bodies.push(request.body?.slice() as Uint8Array);
      const header = (name: string) => (name === "redoubt-error" ? "blob-offset" : null);
      return { status: 409, header, body: new Uint8Array(0) };
    };
    expect(await codeOf(upload(again(wanted), source))).toBe("file-changed");
    expect(bodies).toHaveLength(2);
    expect(equalBytes(bodies[0] as Uint8Array, bodies[1] as Uint8Array)).toBe(true);
  });

  it("fail where the file became shorter", async () => {
    const content = context.random(windowLength + 10);
    const wanted = newUpload(content);
    expect(await codeOf(upload(wanted, sourceOf(content.subarray(0, windowLength))))).toBe("file-changed");
  });

  it("are refused where the relay claims to have what it was never sent", async () => {
    const content = context.random(2 * windowLength);
    const { sealedLength } = blobLayout(content.length);
    for (const claim of [sealedLength, sealedLength - 100]) {
      meddler = async (request, send) => {
        const answer = await send();
        if (request.method !== "POST") return answer;
        return { ...answer, header: (name) => (name === "upload-offset" ? String(claim) : answer.header(name)) };
      };
      const wanted = newUpload(content);
      expect(await codeOf(upload(wanted, sourceOf(content)))).toBe("bad-answer");
      store.uploads.delete(wanted.position);
    }
  });

  it.each<[string, (body: Uint8Array) => Uint8Array, string]>([
    ["a bit flipped", (body) => body.with(100_000, (body[100_000] as number) ^ 1), "altered-file"],
    ["its end cut off", (body) => body.subarray(0, -1), "bad-answer"],
    ["chunks swapped", (body) => swapChunks(body), "altered-file"],
    ["zeros", (body) => new Uint8Array(body.length), "altered-file"],
    ["something behind it", (body) => Uint8Array.from([...body.subarray(0, 10), ...body]), "bad-answer"],
  ])("are refused with %s, and nothing of that is written", async (_what, lie, code) => {
    const content = context.random(200_000);
    const wanted = newUpload(content);
    await upload(wanted, sourceOf(content));
    meddler = async (_request, send) => {
      const answer = await send();
      return { ...answer, body: lie(answer.body) };
    };
    const sink = new MemorySink();
    expect(await codeOf(download(wanted, sink))).toBe(code);
    expect([sink.content.length, sink.isFinished]).toEqual([0, false]);
    meddler = honest;
    await download(wanted, sink);
    expect(equalBytes(sink.content, content)).toBe(true);
  });

  it("say that the relay has a file no more, or a shorter one", async () => {
    const content = context.random(100_000);
    const wanted = newUpload(content);
    expect(await codeOf(download(wanted, new MemorySink()))).toBe("file-expired");
    store.uploads.delete(wanted.position);
    const shorter = newUpload(content.subarray(0, 10));
    await upload(shorter, sourceOf(content.subarray(0, 10)));
    expect(await codeOf(download({ ...shorter, size: 100_000 }, new MemorySink()))).toBe("bad-answer");
  });

  it("end where they are when that is wanted", async () => {
    const content = context.random(3 * windowLength);
    const wanted = newUpload(content);
    const abort = new Stop();
    const uploading = upload(wanted, sourceOf(content), abort, (done) => done > 0 && abort.abort());
    expect(await codeOf(uploading)).toBe("closed");
    expect(await relay.transport.blobs.offset(wanted.blobId)).toBe(64 * (65_536 + 16));
  });
});

interface ChangingSource extends FileSource {
  content: Uint8Array;
}

function sourceOf(content: Uint8Array): ChangingSource {
  const source: ChangingSource = {
    content,
    name: "file",
    type: "application/octet-stream",
    size: content.length,
    handle: "",
    read: async (offset, length) => source.content.slice(offset, offset + length),
    close: async () => undefined,
  };
  return source;
}

class MemorySink implements FileSink {
  readonly place = "memory";
  content: Uint8Array = new Uint8Array(0);
  isFinished = false;

  async begin(done: number | undefined): Promise<number> {
    const kept = done !== undefined && this.content.length >= done ? done : 0;
    this.content = this.content.slice(0, kept);
    return kept;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.content = Uint8Array.from(Buffer.concat([this.content, bytes]));
  }

  async flush(): Promise<void> {}

  async finish(): Promise<void> {
    this.isFinished = true;
  }

  async close(): Promise<void> {}
}

function swapChunks(body: Uint8Array): Uint8Array {
  const length = 65_536 + 16;
  const swapped = body.slice();
  swapped.set(body.subarray(length, 2 * length), 0);
  swapped.set(body.subarray(0, length), length);
  return swapped;
}
