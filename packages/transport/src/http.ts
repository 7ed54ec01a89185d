/** One HTTP request, made whole: bodies are bounded by who asks. */
export interface HttpRequest {
  readonly method: "POST" | "HEAD" | "PATCH" | "GET";
  /** http: or https: */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The longest body of an answer that is taken, in bytes; a longer one is a failure. */
  readonly maxBytes: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** A header's value; null without it. */
  readonly header: (name: string) => string | null;
  readonly body: Uint8Array;
}

/** A request under way. */
export interface HttpExchange {
  /** Rejects when there is no whole answer, for whatever reason. */
  readonly answer: Promise<HttpAnswer>;
  /** Gives it up. */
  abort(): void;
}

/**
 * Makes an HTTP request: no cookies, no cache, no redirects, no referrer. Has no time limit of its own.
 */
export type SendHttp = (request: HttpRequest) => HttpExchange;

/** What of the platform's `fetch` is used: browsers and Node have the same one. */
export interface FetchParts {
  readonly fetch: (
    url: string,
    init: {
      readonly method: string;
      readonly headers: Record<string, string>;
      readonly body?: Uint8Array<ArrayBuffer>;
      readonly signal: never;
      readonly redirect: "error";
      readonly credentials: "omit";
      readonly cache: "no-store";
      readonly referrerPolicy: "no-referrer";
    },
  ) => Promise<FetchResponse>;
  readonly createAbort: () => { readonly signal: unknown; abort(): void };
}

interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: {
    getReader(): {
      read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
      cancel(): Promise<unknown>;
    };
  } | null;
}

/** HTTP by a platform's `fetch`. */
export function httpByFetch({ fetch, createAbort }: FetchParts): SendHttp {
  return ({ method, url, headers, body, maxBytes }) => {
    const abort = createAbort();
    const work = async (): Promise<HttpAnswer> => {
      const response = await fetch(url, {
        method,
        headers: { ...headers },
        ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
        signal: abort.signal as never,
        redirect: "error",
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
      });
      return {
        status: response.status,
        header: (name) => response.headers.get(name),
        body: await readBody(response, maxBytes),
      };
    };
    return { answer: work(), abort: () => abort.abort() };
  };
}

/** The body into one array that is taken in advance where its length is known, so that nothing is held twice. */
async function readBody({ body, headers }: FetchResponse, maxBytes: number): Promise<Uint8Array> {
  if (body === null) return new Uint8Array(0);
  const declared = Number(headers.get("content-length") ?? 0);
  let bytes = new Uint8Array(declared > 0 && declared <= maxBytes ? declared : 0);
  let length = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) return bytes.subarray(0, length);
    if (length + value.length > maxBytes) {
      await reader.cancel();
      throw new RangeError("the answer is longer than was asked for");
    }
    if (length + value.length > bytes.length) {
      const longer = new Uint8Array(Math.min(maxBytes, Math.max(2 * bytes.length, length + value.length)));
      longer.set(bytes.subarray(0, length));
      bytes = longer;
    }
    bytes.set(value, length);
    length += value.length;
  }
}
