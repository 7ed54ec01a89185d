import { type CborValue, concatBytes, encodeCbor, utf8 } from "@redoubt/base";
import { anonymousOps, closeCodes, limits, namedOps, type Op, ops } from "@redoubt/wire";
import { Dice } from "../dice.js";
import { anyValue, mutateValue, wrongCbor } from "../hostile-cbor.js";
import { mutateBytes } from "../mutate-bytes.js";
import { sampleOf } from "../sample.js";
import { holds, type OpenTarget, type Target } from "../target.js";
import { type Account, Caller, newAccount } from "./caller.js";
import { type FrameHead, frameOf } from "./raw-socket.js";
import { RelayHere } from "./relay-here.js";

const names = Object.keys(ops) as readonly Op[];
/** Names that no table of operations must find. */
const noNames = ["", "x", "toString", "__proto__", "constructor", "hasOwnProperty", "watch\u0000", "x".repeat(65)];
/** RFC 6455 §7.4.1, and ours. 1006: cut without a word, as on a frame that breaks the protocol. */
const mayClose: ReadonlySet<number> = new Set([...Object.values(closeCodes), 1000, 1002, 1003, 1005, 1006, 1007, 1009]);
/** A bent frame may be a close of ours, whose reason a relay repeats (RFC 6455 §5.5.1); these are free to anybody (§7.4.2). */
const isEcho = (code: number) => code >= 3_000 && code < 5_000;
/** A lane has another account and another log after so many cases. */
const casesPerAccount = 500;

interface Lane {
  readonly account: Account;
  caller: Caller | undefined;
  left: number;
}

/** Every operation on both sockets, by their schemas: well-formed, mutated, and what is no request at all. */
export const relayFrames: Target = {
  name: "relay-frames",
  share: 20,
  lanes: 16,
  checkEvery: 500,
  async open() {
    return new RelayFrames(await RelayHere.start());
  },
};

class RelayFrames implements OpenTarget {
  readonly #relay: RelayHere;
  readonly #lanes = new Map<number, Lane>();
  /** Outcomes by operation: all must have been accepted, and refused. */
  readonly #seen = new Map<string, Set<string>>();
  #honest: Caller | undefined;
  #nextId = 0;

  constructor(relay: RelayHere) {
    this.#relay = relay;
  }

  async run(dice: Dice, lane: number): Promise<string> {
    const caller = await this.#callerOf(lane, dice);
    const kind = dice.below(100);
    if (kind < 12) return this.#frameCase(caller, dice);
    if (kind < 22) return this.#send(caller, dice.oneIn(2) ? wrongCbor(dice) : encodeCbor(anyValue(dice, 6)));
    const id = 10_000 + (this.#nextId++ % 1_000_000_000);
    const own = Object.keys(caller.kind === "named" ? namedOps : anonymousOps) as Op[];
    const op = dice.oneIn(16) ? dice.pick(names) : dice.pick(own);
    const params = this.#paramsOf(caller, op, dice);
    if (kind < 26) return this.#send(caller, encodeCbor([id, dice.pick(noNames), params]), id);
    if (kind < 60) return this.#send(caller, encodeCbor([id, op, params]), id, op);
    if (kind < 80) return this.#send(caller, encodeCbor([id, op, mutateValue(dice, params)]), id, op);
    return this.#send(caller, mutateBytes(dice, encodeCbor([id, op, params])));
  }

  async check(): Promise<void> {
    const dice = new Dice("honest");
    this.#honest ??= await Caller.open(this.#relay.url, "anonymous", newAccount(dice));
    const { log } = this.#honest;
    await this.#honest.settle();
    await this.#honest.ask("prove", this.#honest.signed("prove", dice) as CborValue[]);
    const answer = await this.#honest.ask("append", [log.logId, new Uint8Array(16), utf8("honest"), null]);
    holds(
      answer?.kind === "result" && Array.isArray(answer.result) && answer.result[0] === 1,
      () => "no honest append",
    );
    const read = await this.#honest.ask("read", [log.logId, 1, 10]);
    holds(read?.kind === "result", () => "an honest log cannot be read");
    holds(this.#relay.faults.length === 0, () => `the relay noted a fault: ${this.#relay.faults[0]}`);
  }

  missing(): readonly string[] {
    return names.flatMap((op) => {
      const seen = this.#seen.get(op) ?? new Set();
      const lacks = [];
      if (!seen.has("ok")) {
        lacks.push(`no case of the operation ${op} was accepted: give it parameters in Caller.signed, garden/fuzz`);
      }
      if (seen.size < 2) lacks.push(`no case of the operation ${op} was refused`);
      return lacks;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { caller } of this.#lanes.values()) caller?.socket.destroy();
    this.#honest?.socket.destroy();
    await this.#relay[Symbol.asyncDispose]();
  }

  async #callerOf(number: number, dice: Dice): Promise<Caller> {
    let lane = this.#lanes.get(number);
    if (lane === undefined || lane.left-- === 0) {
      lane?.caller?.socket.destroy();
      lane = { account: newAccount(dice), caller: undefined, left: casesPerAccount };
      this.#lanes.set(number, lane);
      const first = await Caller.open(this.#relay.url, "anonymous", lane.account);
      await first.settle();
      first.socket.destroy();
    }
    if (lane.caller?.socket.closeCode !== undefined) lane.caller = undefined;
    lane.caller ??= await this.#connect(lane.account, number, dice);
    return lane.caller;
  }

  /** Odd lanes are named sockets, of which one in four does not sign in. */
  async #connect(account: Account, number: number, dice: Dice): Promise<Caller> {
    const caller = await Caller.open(this.#relay.url, number % 2 === 1 ? "named" : "anonymous", account);
    if (caller.kind === "anonymous") await caller.ask("prove", caller.signed("prove", dice) as CborValue[]);
    else if (!dice.oneIn(4)) await caller.ask("auth", caller.signed("auth", dice) as CborValue[]);
    return caller;
  }

  #paramsOf(caller: Caller, op: Op, dice: Dice): readonly CborValue[] {
    const signed = dice.oneIn(3) ? undefined : caller.signed(op, dice);
    return signed ?? (sampleOf(dice, ops[op].params, caller.known) as readonly CborValue[]);
  }

  /** Sends a message and then an honest one: the relay answers the second, or has ended the connection. */
  async #send(caller: Caller, message: Uint8Array, id?: number, op?: Op): Promise<string> {
    caller.socket.send(message);
    if (id !== undefined) {
      // A mutation may have turned parameters into none: then it is no request, and has no answer.
      const answer = await caller.until(id, op);
      if (answer !== undefined) return this.#note(op, answer.kind === "error" ? answer.code : "ok");
    }
    if (id === undefined && (await caller.isServed())) return "went on";
    return this.#closed(caller);
  }

  #closed({ socket }: Caller): string {
    const code = socket.closeCode;
    holds(code !== undefined && (mayClose.has(code) || isEcho(code)), () => `closed with ${code}`);
    return `closed ${code}`;
  }

  #note(op: Op | undefined, outcome: string): string {
    if (op === undefined) return outcome;
    const seen = this.#seen.get(op) ?? new Set();
    this.#seen.set(op, seen.add(outcome));
    return outcome;
  }

  /** What is wrong with frames rather than with what they say. */
  async #frameCase(caller: Caller, dice: Dice): Promise<string> {
    const request = encodeCbor([1 + dice.below(1_000), "unwatch", [dice.bytes(32)]]);
    switch (dice.below(12)) {
      case 0:
        caller.socket.write(frameOf(utf8("text"), { first: 0x81 }));
        break;
      case 1: {
        const at = dice.below(request.length);
        const rest = frameOf(request.subarray(at), { first: 0x80 });
        caller.socket.write(
          concatBytes(frameOf(request.subarray(0, at), { first: 0x02 }), frameOf(utf8("ping"), { first: 0x89 }), rest),
        );
        break;
      }
      case 2:
        return this.#heads(caller, request, dice);
      case 3:
        // More bytes than there may be, declared and never sent.
        caller.socket.write(frameOf(request, { length: dice.pick([limits.frame + 1, 2 ** 31, 2n ** 53n, 2n ** 63n]) }));
        break;
      case 4:
        caller.socket.write(
          concatBytes(
            frameOf(new Uint8Array(0), { first: 0x02 }),
            ...many(frameOf(new Uint8Array(0), { first: 0 }), 500),
          ),
        );
        caller.socket.write(frameOf(request, { first: 0x80 }));
        break;
      case 5:
        caller.socket.write(frameOf(dice.bytes(dice.below(130)), { first: 0x80 | dice.pick([8, 9, 10]) }));
        break;
      case 6:
        caller.socket.write(dice.bytes(1 + dice.below(64)));
        caller.socket.end();
        break;
      case 7:
        caller.socket.write(frameOf(request).subarray(0, 1 + dice.below(request.length)));
        caller.socket.end();
        break;
      case 8:
        // A hundred at once: more than may be open, if the relay does not answer them at once.
        caller.socket.write(concatBytes(...many(frameOf(request), 100)));
        break;
      case 9:
        for (const id of [7, 7]) caller.socket.send(encodeCbor([id, ...this.#append(caller, dice)]));
        break;
      case 10: {
        const appends = Array.from({ length: limits.openRequests + 1 }, (_, i) =>
          frameOf(encodeCbor([100 + i, ...this.#append(caller, dice)])),
        );
        caller.socket.write(concatBytes(...appends));
        break;
      }
      default:
        caller.socket.write(frameOf(closing(dice.pick([1000, 1005, 0, 999, 5000])), { first: 0x88 }));
    }
    return (await caller.isServed()) ? "went on" : this.#closed(caller);
  }

  #append(caller: Caller, dice: Dice): CborValue[] {
    return ["append", caller.signed("append", dice) as CborValue[]];
  }

  async #heads(caller: Caller, request: Uint8Array, dice: Dice): Promise<string> {
    const heads: FrameHead[] = [
      { first: 0xc2 },
      { first: 0xa2 },
      { first: 0x92 },
      { first: 0x80 },
      { first: 0x83 },
      { first: 0x8f },
      { isMasked: false },
      { first: 0x09 },
    ];
    caller.socket.write(frameOf(request, dice.pick(heads)));
    return (await caller.isServed()) ? "went on" : this.#closed(caller);
  }
}

function closing(code: number): Uint8Array {
  return Uint8Array.of(code >> 8, code & 0xff, ...utf8("why"));
}

function many(bytes: Uint8Array, times: number): Uint8Array[] {
  return new Array<Uint8Array>(times).fill(bytes);
}
