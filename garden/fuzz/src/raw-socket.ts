import { type CborValue, concatBytes, decodeCbor, encodeCbor, utf8 } from "@redoubt/base";
import { nodePlatform } from "@redoubt/transport/node";
import { readServerMessage } from "@redoubt/wire";

/** What a request came to: a result, a refusal's code, or the code that the connection was closed with. */
export type Reply =
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "refused"; readonly code: string }
  | { readonly kind: "closed"; readonly code: number };

/** One connection to a relay, for frames of any form. */
export class RawSocket {
  /** What signatures are over; it has come when the connection can be used. */
  nonce = new Uint8Array(0);
  readonly #socket: { send(bytes: Uint8Array): void; close(): void };
  readonly #open = new Map<number, (reply: Reply) => void>();
  readonly #closing: ((reply: Reply) => void)[] = [];
  #closed: Reply | undefined;

  /** @param path `/v1/anonymous` or `/v1/named` */
  static open(relay: string, path: string): Promise<RawSocket> {
    return new Promise((resolve) => {
      const socket: RawSocket = new RawSocket(relay, path, () => resolve(socket));
    });
  }

  private constructor(relay: string, path: string, ready: () => void) {
    this.#socket = nodePlatform.openSocket(`${relay.replace(/^http/, "ws")}${path}`, {
      message: (bytes) => {
        const message = readServerMessage(decodeCbor(bytes.slice()));
        if (message === undefined) throw new Error("the relay said something that is no message");
        if (message.kind === "event") {
          if (message.name !== "hello") return;
          this.nonce = new Uint8Array((message.body as readonly Uint8Array[])[1] as Uint8Array);
          return ready();
        }
        const settle = this.#open.get(message.id);
        this.#open.delete(message.id);
        if (message.kind === "result") settle?.({ kind: "result", result: message.result });
        else settle?.({ kind: "refused", code: message.code });
      },
      closed: (code) => {
        const reply: Reply = { kind: "closed", code };
        this.#closed = reply;
        for (const settle of [...this.#open.values(), ...this.#closing.splice(0)]) settle(reply);
        this.#open.clear();
        ready();
      },
    });
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  /** Sends bytes. @returns the answer to the request of that id, or the end */
  async send(id: number, frame: Uint8Array): Promise<Reply> {
    if (this.#closed !== undefined) return this.#closed;
    const reply = new Promise<Reply>((resolve) => this.#open.set(id, resolve));
    this.#socket.send(frame);
    return reply;
  }

  /**
   * Sends a frame of whatever form, and asks something harmless after it, twice: what answers the frame comes before.
   *
   * @param id of the request that the frame may be
   * @returns undefined if nothing of that id was answered
   */
  async provoke(id: number, frame: Uint8Array): Promise<Reply | undefined> {
    let own: Reply | undefined;
    this.#open.set(id, (reply) => {
      own = reply;
    });
    this.#socket.send(frame);
    for (const probe of [id + 1, id + 2]) {
      const reply = await this.request(probe, "no-such-operation", []);
      if (reply.kind === "closed") own ??= reply;
    }
    this.#open.delete(id);
    return own;
  }

  request(id: number, op: string, params: readonly CborValue[]): Promise<Reply> {
    return this.send(id, encodeCbor([id, op, params]));
  }

  close(): Promise<Reply> {
    if (this.#closed !== undefined) return Promise.resolve(this.#closed);
    this.#socket.close();
    return new Promise((resolve) => this.#closing.push(resolve));
  }
}

/** What a signature of the wire is over. */
export function signed(domain: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(utf8(domain), ...parts);
}
