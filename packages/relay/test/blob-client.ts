import { concatBytes, utf8 } from "@redoubt/base";
import { blobHeaders, blobPath, domains, offsetContentType, tusVersion } from "@redoubt/wire";
import { type LogKeys, random } from "./test-client.js";

/** What a relay answered. */
export interface BlobAnswer {
  readonly status: number;
  /** The code of a refusal; null for a success. */
  readonly code: string | null;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");

/** A blob as its uploader knows it, over HTTP alone. */
export class BlobClient {
  readonly blobId: Uint8Array;
  readonly #url: () => string;
  readonly #log: LogKeys;
  readonly length: number;

  constructor(url: () => string, log: LogKeys, length: number, blobId: Uint8Array = random(32)) {
    this.#url = url;
    this.#log = log;
    this.length = length;
    this.blobId = blobId;
  }

  get url(): string {
    return `${this.#url()}${blobPath}/${text(this.blobId)}`;
  }

  permit(signer = this.#log.write, length = this.length): Record<string, string> {
    const declared = new Uint8Array(8);
    new DataView(declared.buffer).setBigUint64(0, BigInt(length));
    const message = concatBytes(utf8(domains.blob), this.blobId, this.#log.logId, declared);
    return { [blobHeaders.log]: text(this.#log.logId), [blobHeaders.signature]: text(signer.sign(message)) };
  }

  create(headers: Record<string, string> = {}): Promise<BlobAnswer> {
    return ask(`${this.#url()}${blobPath}`, "POST", {
      "tus-resumable": tusVersion,
      [blobHeaders.blob]: text(this.blobId),
      "upload-length": String(this.length),
      ...this.permit(),
      ...headers,
    });
  }

  offset(headers: Record<string, string> = {}): Promise<BlobAnswer> {
    return ask(this.url, "HEAD", { "tus-resumable": tusVersion, ...headers });
  }

  append(offset: number, bytes: BodyInit, headers: Record<string, string> = {}): Promise<BlobAnswer> {
    return ask(this.url, "PATCH", this.appendHeaders(offset, headers), bytes);
  }

  appendHeaders(offset: number, headers: Record<string, string> = {}): Record<string, string> {
    const own = { "tus-resumable": tusVersion, "content-type": offsetContentType, "upload-offset": String(offset) };
    return { ...own, ...this.permit(), ...headers };
  }

  read(range?: string): Promise<BlobAnswer> {
    return ask(this.url, "GET", range === undefined ? {} : { range });
  }
}

/** One request, answered. */
export async function ask(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: BodyInit,
): Promise<BlobAnswer> {
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  const code = response.headers.get(blobHeaders.error);
  return {
    status: response.status,
    code,
    headers: response.headers,
    body: new Uint8Array(await response.arrayBuffer()),
  };
}
