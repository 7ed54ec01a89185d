import { CodedError, toBase64url } from "@redoubt/base";
import {
  blobHeaders,
  blobPath,
  limits,
  offsetContentType,
  type RelayErrorCode,
  relayErrors,
  tusVersion,
} from "@redoubt/wire";
import { RelayError, TransportError } from "./error.js";
import type { HttpAnswer, HttpRequest } from "./http.js";
import type { TransportPorts } from "./platform.js";
import { httpOrigin } from "./relay-url.js";

/** How long the relay may take beside the bytes themselves, in milliseconds. */
const answerTime = 60_000;
/** The slowest network that is given time for bytes: bytes in a millisecond. */
const slowestNetwork = 16;
/** Bytes of an answer that has nothing to say but its headers. */
const sentenceLength = 4_096;

/** Whose upload it is: a signature by a write key of a log over domains.blob ‖ blobId ‖ logId ‖ length. */
export interface BlobPermit {
  /** 32 bytes. */
  readonly logId: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** What can end a request early. An AbortSignal is one. */
export interface Abort {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/**
 * Blobs of one relay. Every method is one request, not tried again by itself, and throws: RelayError; TransportError
 * `unreachable`, `timeout`, `bad-answer`, `closed` (aborted, or the transport is closed).
 */
export class Blobs {
  readonly #ports: Pick<TransportPorts, "sendHttp" | "schedule">;
  readonly #url: string;
  readonly #underWay = new Set<() => void>();
  #isClosed = false;

  /** @throws TransportError `bad-url` */
  constructor(ports: Pick<TransportPorts, "sendHttp" | "schedule">, relay: string) {
    this.#ports = ports;
    this.#url = httpOrigin(relay) + blobPath;
  }

  /**
   * Begins an upload, or finds out where it stands.
   *
   * @param blobId 32 random bytes, the capability to read
   * @param length bytes that the blob will have
   * @returns the offset from which bytes are missing
   */
  async create(blobId: Uint8Array, length: number, permit: BlobPermit, abort?: Abort): Promise<number> {
    const headers = {
      ...tusHeaders(permit),
      [blobHeaders.blob]: toBase64url(blobId),
      "upload-length": String(length),
    };
    const answer = await this.#send({ method: "POST", url: this.#url, headers, maxBytes: sentenceLength }, abort);
    return offsetOf(answer, 201, length);
  }

  /** The offset from which bytes of an upload are missing. @throws RelayError `unknown-blob` */
  async offset(blobId: Uint8Array, abort?: Abort): Promise<number> {
    const headers = { "tus-resumable": tusVersion };
    const request = { method: "HEAD", url: this.#urlOf(blobId), headers, maxBytes: 0 } as const;
    return offsetOf(await this.#send(request, abort), 200, limits.blob);
  }

  /**
   * Sends the next bytes of an upload.
   *
   * @param bytes at most `limits.blobPatch`
   * @returns the offset up to which the relay keeps them: it may have kept fewer than were sent
   * @throws RelayError `blob-offset` if the upload stands elsewhere
   */
  async append(
    blobId: Uint8Array,
    part: { readonly offset: number; readonly bytes: Uint8Array },
    permit: BlobPermit,
    abort?: Abort,
  ): Promise<number> {
    const { offset, bytes } = part;
    const headers = { ...tusHeaders(permit), "content-type": offsetContentType, "upload-offset": String(offset) };
    const url = this.#urlOf(blobId);
    const answer = await this.#send({ method: "PATCH", url, headers, body: bytes, maxBytes: sentenceLength }, abort);
    return offsetOf(answer, 204, offset + bytes.length);
  }

  /** Reads `length` bytes of a blob. @throws RelayError `unknown-blob`, `bad-range` */
  async read(blobId: Uint8Array, from: number, length: number, abort?: Abort): Promise<Uint8Array> {
    const headers = { range: `bytes=${from}-${from + length - 1}` };
    const request = {
      method: "GET",
      url: this.#urlOf(blobId),
      headers,
      maxBytes: Math.max(length, sentenceLength),
    } as const;
    const { status, header, body } = await this.#send(request, abort);
    const range = new RegExp(`^bytes ${from}-${from + length - 1}/`);
    const isWhole = status === 206 && body.length === length && range.test(header("content-range") ?? "");
    if (!isWhole) throw new TransportError("bad-answer", "another range");
    return body;
  }

  /** Ends every request for good. */
  close(): void {
    this.#isClosed = true;
    for (const end of [...this.#underWay]) end();
  }

  async #send(request: HttpRequest, abort: Abort | undefined): Promise<HttpAnswer> {
    if (this.#isClosed || abort?.aborted) throw new TransportError("closed");
    const exchange = this.#ports.sendHttp(request);
    let reason: TransportError | undefined;
    const end = (code: "closed" | "timeout") => () => {
      reason ??= new TransportError(code);
      exchange.abort();
    };
    const close = end("closed");
    const bytes = (request.body?.length ?? 0) + request.maxBytes;
    const cancelTimer = this.#ports.schedule(answerTime + bytes / slowestNetwork, end("timeout"));
    this.#underWay.add(close);
    abort?.addEventListener("abort", close);
    try {
      return checked(await exchange.answer);
    } catch (error) {
      if (error instanceof CodedError) throw error;
      throw reason ?? new TransportError("unreachable", undefined, error);
    } finally {
      cancelTimer();
      this.#underWay.delete(close);
      abort?.removeEventListener("abort", close);
    }
  }

  #urlOf(blobId: Uint8Array): string {
    return `${this.#url}/${toBase64url(blobId)}`;
  }
}

function tusHeaders({ logId, signature }: BlobPermit): Record<string, string> {
  return {
    "tus-resumable": tusVersion,
    [blobHeaders.log]: toBase64url(logId),
    [blobHeaders.signature]: toBase64url(signature),
  };
}

/** @throws RelayError, TransportError for a refusal */
function checked(answer: HttpAnswer): HttpAnswer {
  const { status, header } = answer;
  if (status < 300) return answer;
  const code = header(blobHeaders.error);
  if (code === null || !Object.hasOwn(relayErrors, code)) {
    // Whatever stands before the relay has answered in its place.
    if (status >= 500 || status === 429) throw new TransportError("unreachable", `status ${status}`);
    throw new TransportError("bad-answer", `status ${status}`);
  }
  const seconds = /^\d{1,6}$/.test(header("retry-after") ?? "") ? Number(header("retry-after")) : null;
  throw new RelayError(code as RelayErrorCode, seconds);
}

function offsetOf({ status, header }: HttpAnswer, expected: number, most: number): number {
  const text = header("upload-offset") ?? "";
  const offset = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (status !== expected || !(offset <= most)) throw new TransportError("bad-answer", "no offset");
  return offset;
}
