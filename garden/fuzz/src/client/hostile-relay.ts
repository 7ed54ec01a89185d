import { createHash } from "node:crypto";
import { type CborValue, CodedError, decodeCbor, encodeCbor } from "@redoubt/base";
import {
  type Blobs,
  createTransport,
  type HttpAnswer,
  RelayError,
  type SocketListener,
  type Transport,
  TransportError,
} from "@redoubt/transport";
import {
  type AnonymousOp,
  anonymousOps,
  blobHeaders,
  type EventName,
  events,
  limits,
  ops,
  type Params,
  readResult,
  relayErrors,
} from "@redoubt/wire";
import type { Dice } from "../dice.js";
import { anyValue, mutateValue, wrongCbor } from "../hostile-cbor.js";
import { mutateBytes } from "../mutate-bytes.js";
import { sampleOf } from "../sample.js";
import { Finding, holds, type OpenTarget, type Target } from "../target.js";

const names = Object.keys(anonymousOps) as readonly AnonymousOp[];
const eventNames = Object.keys(events) as readonly EventName[];
const codes = [...Object.keys(relayErrors), "", "nobody-knows", "__proto__", "toString"];
const nothing = new Map<number, readonly Uint8Array[]>();
const logId = new Uint8Array(32).fill(5);

/** A client's connections, to a relay that answers whatever it likes: sockets of both kinds, and files over HTTP. */
export const hostileRelay: Target = {
  name: "hostile-relay",
  share: 100,
  lanes: 16,
  checkEvery: 2000,
  async open() {
    return new HostileRelay();
  },
};

/** What the relay says on one socket: to the greeting, and to each request. */
interface Script {
  greet(): readonly Uint8Array[];
  answer(id: number, op: string): readonly Uint8Array[];
}

class HostileRelay implements OpenTarget {
  readonly #seen = new Set<string>();

  async run(dice: Dice): Promise<string> {
    const kind = dice.below(10);
    if (kind < 5) return this.#errand(dice);
    if (kind < 7) return this.#watch(dice);
    if (kind < 8) return this.#inbox(dice);
    return this.#blob(dice);
  }

  /** A relay that says the truth is understood. */
  async check(): Promise<void> {
    const honest: Script = {
      greet: () => [encodeCbor(hello())],
      answer: (id) => [encodeCbor([id, true, [3]])],
    };
    const result = await transportTo(honest).errand((session) => session.request("log-counter", [logId]));
    holds(result[0] === 3, () => "an honest answer is not understood");
  }

  missing(): readonly string[] {
    return [...names, ...eventNames.map((name) => `event ${name}`)]
      .filter((name) => !this.#seen.has(name))
      .map((name) => `the client never took a well-formed answer or event of ${name}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  /** One request, and what it comes to. */
  async #errand(dice: Dice): Promise<string> {
    const op = dice.pick(names);
    const params = sampleOf(dice, ops[op].params, nothing) as Params<AnonymousOp>;
    const transport = transportTo(lies(dice, op));
    const outcome = await outcomeOf(transport, async () => {
      const result = await transport.errand((session) => session.request(op, params as never));
      holds("value" in readResult(op, result), () => `a result of ${op} of another shape went through`);
      this.#seen.add(op);
    });
    transport.close();
    return outcome;
  }

  /** Events of a log that is watched. */
  async #watch(dice: Dice): Promise<string> {
    let next = 1;
    const said = eventsOf(dice, this.#seen);
    const script = lies(dice, "watch", said);
    const transport = transportTo(script);
    const link = transport.openWatching();
    let isInOrder = true;
    link.watchLog(logId, 1, {
      entry: ({ seq }) => {
        isInOrder &&= seq >= next;
        next = seq + 1;
      },
      watching: () => undefined,
      gap: () => undefined,
      ended: (reason) => holds(reason instanceof CodedError, () => "a watch ended without a code"),
    });
    await turns(8);
    transport.close();
    holds(isInOrder, () => "entries came to the listener out of order");
    return `watched ${next > 1}`;
  }

  async #inbox(dice: Dice): Promise<string> {
    const transport = transportTo(lies(dice, "auth", eventsOf(dice, this.#seen)));
    const device = { accountId: logId, sigKey: logId, sign: () => new Uint8Array(64) };
    let items = 0;
    transport.openNamed(device, (number, item) => {
      holds(Number.isSafeInteger(number) && item.length <= limits.inboxItem, () => "an item of another shape");
      items += 1;
    });
    await turns(8);
    transport.close();
    return `items ${items > 0}`;
  }

  async #blob(dice: Dice): Promise<string> {
    const transport = transportTo({ greet: () => [], answer: () => [] }, () => hostileAnswer(dice));
    const { blobs } = transport;
    const outcome = await outcomeOf(transport, () => askForBlob(dice, blobs));
    transport.close();
    return outcome;
  }
}

async function askForBlob(dice: Dice, blobs: Blobs): Promise<void> {
  const permit = { logId, signature: new Uint8Array(64) };
  const within = (offset: number, most: number) =>
    holds(Number.isSafeInteger(offset) && offset >= 0 && offset <= most, () => `an offset of ${offset}`);
  switch (dice.below(4)) {
    case 0:
      return within(await blobs.create(logId, 50, permit), 50);
    case 1:
      return within(await blobs.offset(logId), limits.blob);
    case 2:
      return within(await blobs.append(logId, { offset: 10, bytes: new Uint8Array(5) }, permit), 15);
    default: {
      const read = await blobs.read(logId, 5, 10);
      return holds(read.length === 10, () => `${read.length} bytes instead of 10`);
    }
  }
}

/** @throws Finding for an error without a code of the transport's */
async function outcomeOf(transport: Transport, work: () => Promise<void>): Promise<string> {
  try {
    await work();
    return "ok";
  } catch (error) {
    if (error instanceof Finding) throw error;
    const isCoded = error instanceof RelayError || error instanceof TransportError;
    if (!isCoded) throw new Finding(`no error of the transport: ${(error as Error).stack}`);
    return (error as CodedError).code;
  } finally {
    transport.close();
  }
}

function hello(): CborValue[] {
  return [0, "hello", [1, new Uint8Array(32), new Uint8Array(16), 0]];
}

/** Lies of every kind: now and then none, so that the client gets beyond them. */
function lies(dice: Dice, op: AnonymousOp | "auth", afterwards: () => readonly Uint8Array[] = () => []): Script {
  const bend = (message: CborValue[]): Uint8Array => {
    const kind = dice.below(20);
    if (kind < 10) return encodeCbor(message);
    if (kind < 15) return encodeCbor(mutateValue(dice, message));
    if (kind < 18) return mutateBytes(dice, encodeCbor(message));
    return dice.oneIn(2) ? wrongCbor(dice) : encodeCbor(anyValue(dice, 5));
  };
  const isGreeted = !dice.oneIn(8);
  return {
    greet: () => [isGreeted ? encodeCbor(hello()) : bend(hello())],
    answer(id, asked) {
      const told = dice.oneIn(4) ? [bend([0, dice.pick(eventNames), anyValue(dice)])] : [];
      const retryAfter = dice.pick([null, 0, 1, -1, 2 ** 53 - 1]);
      const refusal = [id, false, [dice.pick(codes), retryAfter]];
      const name = asked as AnonymousOp;
      const result = [id, true, Object.hasOwn(ops, name) ? sampleOf(dice, ops[name].result, nothing) : []];
      const isRefused = dice.oneIn(4) && name !== op;
      const answers = [bend(isRefused || dice.oneIn(5) ? refusal : result)];
      if (dice.oneIn(6)) answers.push(...answers);
      return [...told, ...answers, ...afterwards()];
    },
  };
}

/** Events about the log that is watched, and about others. */
function eventsOf(dice: Dice, seen: Set<string>): () => readonly Uint8Array[] {
  const known = new Map([[32, [logId]]]);
  let isTold = false;
  return () => {
    if (isTold) return [];
    isTold = true;
    return Array.from({ length: dice.below(6) }, () => {
      const name = dice.pick(eventNames);
      const message = [0, name, sampleOf(dice, events[name], known)];
      if (dice.oneIn(3)) return encodeCbor(mutateValue(dice, message));
      seen.add(`event ${name}`);
      return encodeCbor(message);
    });
  };
}

/** A transport whose every socket leads to the script. No time passes: what waits for it never runs. */
function transportTo(script: Script, http?: () => HttpAnswer): Transport {
  return createTransport({
    url: "http://relay",
    random: (length) => new Uint8Array(length).fill(1),
    sha256: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
    clock: () => 1_800_000_000_000,
    schedule: () => () => undefined,
    openSocket: (_url, listener) => openScript(script, listener),
    sendHttp: () => ({
      answer: http === undefined ? Promise.reject(new Error("no HTTP")) : Promise.resolve().then(http),
      abort: () => undefined,
    }),
  });
}

function openScript(script: Script, listener: SocketListener) {
  let isOpen = true;
  const end = (code: number) => {
    if (!isOpen) return;
    isOpen = false;
    setImmediate(() => listener.closed(code));
  };
  const say = (messages: readonly Uint8Array[]) => {
    for (const message of messages) if (isOpen) listener.message(message);
  };
  setImmediate(() => say(script.greet()));
  return {
    send(frame: Uint8Array) {
      const [id, op] = decodeCbor(frame) as [number, string];
      setImmediate(() => {
        say(script.answer(id, op));
        // Whoever has had no answer by now gets none.
        setImmediate(() => end(1006));
      });
    },
    close: () => end(1000),
  };
}

function hostileAnswer(dice: Dice): HttpAnswer {
  const status = dice.pick([200, 201, 204, 206, 206, 206, 301, 400, 404, 409, 416, 429, 500, 503, 0, -1, Number.NaN]);
  const offsets = ["0", "12", "15", "50", "51", "-1", "1e9", "9007199254740993", "", " 5", "0x1"];
  const headers: Record<string, string> = {
    "upload-offset": dice.pick(offsets),
    "content-range": dice.pick(["bytes 5-14/50", "bytes 5-14/*", "bytes 0-9/50", "bytes 5-14", ""]),
    "retry-after": dice.pick(["1", "-1", "9999999", "Wed, 21 Oct 2099 07:28:00 GMT"]),
    [blobHeaders.error]: dice.pick(codes),
  };
  if (dice.oneIn(3)) delete headers[dice.pick(Object.keys(headers))];
  return { status, header: (name) => headers[name] ?? null, body: dice.bytes(dice.pick([0, 9, 10, 10, 10, 11])) };
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
