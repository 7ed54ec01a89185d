import * as v from "valibot";
import { anonymousOps } from "./anonymous-ops.js";
import type { RelayErrorCode } from "./errors.js";
import { type EventBody, type EventName, events } from "./events.js";
import { requestId, tooLarge, uint } from "./fields.js";
import { limits } from "./limits.js";
import { namedOps } from "./named-ops.js";

/** Every operation, by name. The two sockets share no name. */
export const ops = { ...anonymousOps, ...namedOps } as const;

export type AnonymousOp = keyof typeof anonymousOps;
export type NamedOp = keyof typeof namedOps;
export type Op = keyof typeof ops;
export type Params<Name extends Op> = v.InferOutput<(typeof ops)[Name]["params"]>;
export type Result<Name extends Op> = v.InferOutput<(typeof ops)[Name]["result"]>;

/** A request as it travels: `[id, op, params]`. */
export interface Request {
  readonly id: number;
  /** Not yet known to be an operation. */
  readonly op: string;
  readonly params: unknown;
}

/** A value had another shape than the contract says: `malformed`, or `too-large` where only a length is beyond a limit. */
export interface Refused {
  readonly refused: "malformed" | "too-large";
}

/** What a relay sends: the answer to one request, or an event. */
export type ServerMessage =
  | { readonly kind: "result"; readonly id: number; readonly result: unknown }
  | { readonly kind: "error"; readonly id: number; readonly code: string; readonly retryAfter: number | null }
  | { readonly kind: "event"; readonly name: string; readonly body: unknown };

const requestFrame = v.tuple([requestId, v.pipe(v.string(), v.maxLength(64)), v.array(v.unknown())]);
const resultFrame = v.tuple([requestId, v.literal(true), v.array(v.unknown())]);
const errorFrame = v.tuple([requestId, v.literal(false), v.tuple([v.string(), v.nullable(uint)])]);
const eventFrame = v.tuple([v.literal(0), v.string(), v.array(v.unknown())]);

/** Reads a decoded message as a request; `undefined` if it is none. */
export function readRequest(value: unknown): Request | undefined {
  if (isPlainRequest(value)) return { id: value[0], op: value[1], params: value[2] };
  const read = v.safeParse(requestFrame, value, { abortEarly: true });
  if (!read.success) return undefined;
  const [id, op, params] = read.output;
  return { id, op, params };
}

/** Reads a decoded message of a relay; `undefined` if it is none. */
export function readServerMessage(value: unknown): ServerMessage | undefined {
  const result = v.safeParse(resultFrame, value, { abortEarly: true });
  if (result.success) return { kind: "result", id: result.output[0], result: result.output[2] };
  const event = v.safeParse(eventFrame, value, { abortEarly: true });
  if (event.success) return { kind: "event", name: event.output[1], body: event.output[2] };
  const error = v.safeParse(errorFrame, value, { abortEarly: true });
  if (!error.success) return undefined;
  const [id, , [code, retryAfter]] = error.output;
  return { kind: "error", id, code, retryAfter };
}

/** Reads an operation's parameters. */
export function readParams<Name extends Op>(op: Name, params: unknown): { readonly value: Params<Name> } | Refused {
  if (op === "append" && isPlainAppend(params)) return { value: params as Params<Name> };
  return readAs(ops[op].params, params) as { value: Params<Name> } | Refused;
}

/** Reads an operation's result. */
export function readResult<Name extends Op>(op: Name, result: unknown): { readonly value: Result<Name> } | Refused {
  return readAs(ops[op].result, result) as { value: Result<Name> } | Refused;
}

/** Reads an event's body. */
export function readEvent<Name extends EventName>(
  name: Name,
  body: unknown,
): { readonly value: EventBody<Name> } | Refused {
  return readAs(events[name], body) as { value: EventBody<Name> } | Refused;
}

export function isEventName(name: string): name is EventName {
  return Object.hasOwn(events, name);
}

export function isAnonymousOp(name: string): name is AnonymousOp {
  return Object.hasOwn(anonymousOps, name);
}

export function isNamedOp(name: string): name is NamedOp {
  return Object.hasOwn(namedOps, name);
}

/** `[id, op, params]`, to be encoded as CBOR. */
export function requestMessage<Name extends Op>(
  id: number,
  op: Name,
  params: Params<Name>,
): [number, Name, Params<Name>] {
  return [id, op, params];
}

/** `[id, true, result]` */
export function resultMessage<R>(id: number, result: R): [number, true, R] {
  return [id, true, result];
}

/** `[id, false, [code, retryAfter]]`; `retryAfter` in seconds, `null` where the code alone says it. */
export function errorMessage(
  id: number,
  code: RelayErrorCode,
  retryAfter: number | null,
): [number, false, [RelayErrorCode, number | null]] {
  return [id, false, [code, retryAfter]];
}

/** `[0, name, body]` */
export function eventMessage<Name extends EventName>(name: Name, body: EventBody<Name>): [0, Name, EventBody<Name>] {
  return [0, name, body];
}

/** What nearly every request is; the schema has the last word on all others. A relay reads nothing more often. */
function isPlainRequest(value: unknown): value is [number, Op, unknown[]] {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [id, op, params] = value;
  const isId = typeof id === "number" && Number.isInteger(id) && id >= 1 && id <= 0xffff_ffff;
  return isId && typeof op === "string" && op.length <= 64 && Array.isArray(params);
}

/** What nearly every append is: one that turns no key. */
function isPlainAppend(params: unknown): params is [Uint8Array, Uint8Array, Uint8Array, null] {
  if (!Array.isArray(params) || params.length !== 4) return false;
  const [logId, entryId, bytes, rotation] = params;
  if (!(logId instanceof Uint8Array && entryId instanceof Uint8Array && bytes instanceof Uint8Array)) return false;
  return logId.length === 32 && entryId.length === 16 && bytes.length <= limits.entry && rotation === null;
}

function readAs(schema: v.GenericSchema, value: unknown): { value: unknown } | Refused {
  const read = v.safeParse(schema, value, { abortEarly: true });
  if (read.success) return { value: read.output };
  return { refused: read.issues[0].message === tooLarge ? "too-large" : "malformed" };
}
