import { type CborValue, type CodedError, decodeCbor } from "@redoubt/base";
import {
  closeCodes,
  type EventBody,
  type EventName,
  isEventName,
  limits,
  type Op,
  type Params,
  type Result,
  readEvent,
  readServerMessage,
  type ServerMessage,
} from "@redoubt/wire";
import { TransportError } from "./error.js";
import type { Socket, TransportPorts } from "./platform.js";
import { RequestWindow } from "./request-window.js";
import { solveStamp } from "./stamp.js";

/** How long a socket may take from the first packet to the relay's greeting, in milliseconds. */
const greetingTime = 15_000;

/** One connection as those see it who use it: it ends with its socket, and is never opened again. */
export interface Session<O extends Op> {
  /** What signatures for this connection cover, 32 bytes. */
  readonly nonce: Uint8Array;
  /**
   * Asks the relay.
   *
   * @throws RelayError; TransportError `disconnected`, `timeout`, `busy`, `bad-request`, `bad-answer`, `closed`
   */
  request<Name extends O>(op: Name, params: Params<Name>): Promise<Result<Name>>;
  /**
   * Makes a proof-of-work stamp for this relay, 8 bytes.
   *
   * @param context what it is for, 32 bytes
   * @throws TransportError why the connection ended, if it ended before
   */
  stamp(context: Uint8Array): Promise<Uint8Array>;
}

/** An event of the relay beside those that concern the connection itself. */
export type RelayEvent = {
  readonly [Name in Exclude<EventName, "hello" | "salt">]: { readonly name: Name; readonly body: EventBody<Name> };
}[Exclude<EventName, "hello" | "salt">];

/** Who is told of a connection. */
export interface ConnectionListener {
  /** The relay has greeted: from now on there are requests and events. */
  greeted(): void;
  event(event: RelayEvent): void;
  /** It has ended, once, and nothing more is told. Not told if we closed it ourselves. */
  ended(reason: CodedError): void;
}

/** One socket, from its opening to its end: greeting, requests, events. */
export class Connection<O extends Op> implements Session<O> {
  readonly #ports: TransportPorts;
  readonly #listener: ConnectionListener;
  readonly #window: RequestWindow;
  readonly #cancelGreetingTimer: () => void;
  #socket: Socket | undefined;
  #greeting: EventBody<"hello"> | undefined;
  #terms: EventBody<"salt"> | undefined;
  #endedBy: CodedError | undefined;
  #heard = 0;

  /** @param url of the relay's socket, as `socketUrl` makes it */
  constructor(ports: TransportPorts, url: string, listener: ConnectionListener) {
    this.#ports = ports;
    this.#listener = listener;
    this.#window = new RequestWindow({
      schedule: ports.schedule,
      send: (frame) => this.#socket?.send(frame),
      heard: () => this.#heard,
      onSilence: () => this.#end(new TransportError("timeout")),
    });
    this.#cancelGreetingTimer = ports.schedule(greetingTime, () => {
      this.#end(new TransportError("unreachable", "no greeting in time"));
    });
    this.#open(url);
  }

  get nonce(): Uint8Array {
    if (this.#greeting === undefined) throw new TransportError("unreachable");
    return this.#greeting[1];
  }

  /** How many messages have come in. */
  get heard(): number {
    return this.#heard;
  }

  async request<Name extends O>(op: Name, params: Params<Name>): Promise<Result<Name>> {
    if (this.#endedBy !== undefined) throw this.#endedBy;
    return this.#window.request(op, params);
  }

  async stamp(context: Uint8Array): Promise<Uint8Array> {
    if (this.#terms !== undefined) {
      const [salt, bits] = this.#terms;
      const isWanted = () => this.#endedBy === undefined;
      const stamp = await solveStamp(this.#ports, { salt, bits, context }, isWanted);
      if (stamp !== undefined) return stamp;
    }
    throw this.#endedBy ?? new TransportError("unreachable");
  }

  /** Ends it from our side: whatever is open or asked later fails with the reason. The listener is not told. */
  close(reason: CodedError): void {
    if (this.#endedBy !== undefined) return;
    this.#endedBy = reason;
    this.#cancelGreetingTimer();
    this.#socket?.close();
    this.#window.fail(reason);
  }

  #open(url: string): void {
    try {
      this.#socket = this.#ports.openSocket(url, {
        message: (bytes) => this.#take(bytes),
        closed: (code, cause) => this.#end(this.#reasonOf(code, cause)),
      });
    } catch (cause) {
      this.#ports.schedule(0, () => this.#end(new TransportError("unreachable", undefined, cause)));
    }
  }

  #take(bytes: Uint8Array): void {
    if (this.#endedBy !== undefined) return;
    this.#heard += 1;
    const message = readMessage(bytes);
    if (message === undefined) this.#end(new TransportError("bad-answer"));
    else if (this.#greeting === undefined) this.#takeGreeting(message);
    else if (message.kind === "event") this.#takeEvent(message.name, message.body);
    else this.#window.answer(message);
  }

  #takeGreeting(message: ServerMessage): void {
    if (message.kind !== "event" || message.name !== "hello") {
      this.#end(new TransportError("bad-answer", "no greeting"));
      return;
    }
    const read = readEvent("hello", message.body);
    if ("refused" in read) {
      const [version] = message.body as CborValue[];
      const isOther = typeof version === "number" && version !== 1;
      this.#end(new TransportError(isOther ? "unsupported-relay" : "bad-answer"));
      return;
    }
    this.#greeting = read.value;
    this.#terms = [read.value[2], read.value[3]];
    this.#cancelGreetingTimer();
    this.#listener.greeted();
  }

  /** An event of a name that we do not know is of a later relay, and means nothing to us. */
  #takeEvent(name: string, body: unknown): void {
    if (!isEventName(name)) return;
    const read = readEvent(name, body);
    if (name === "hello" || "refused" in read) this.#end(new TransportError("bad-answer", name));
    else if (name === "salt") this.#terms = read.value as EventBody<"salt">;
    else this.#listener.event({ name, body: read.value } as RelayEvent);
  }

  #reasonOf(code: number, cause: unknown): CodedError {
    if (code === closeCodes.revoked) return new TransportError("revoked");
    const hasBegun = this.#greeting !== undefined;
    return new TransportError(hasBegun ? "disconnected" : "unreachable", `close code ${code}`, cause);
  }

  #end(reason: CodedError): void {
    if (this.#endedBy !== undefined) return;
    this.close(reason);
    this.#listener.ended(reason);
  }
}

function readMessage(bytes: Uint8Array): ServerMessage | undefined {
  try {
    return readServerMessage(decodeCbor(bytes, { maxBytes: limits.frame }));
  } catch {
    return undefined;
  }
}
