import * as v from "valibot";
import * as f from "./fields.js";

/** What the relay says unasked: `[0, name, body]`. */
export const events = {
  /** [1, nonce(32), powSalt(16), powBits]: the first message on every socket; 1 is the contract's version */
  hello: v.tuple([v.literal(1), f.bytes32, f.bytes16, f.powBits]),
  /** [powSalt(16), powBits]: new stamps are made with this salt; those of the one before still count for an hour */
  salt: v.tuple([f.bytes16, f.powBits]),
  /** [logId, seq, entryId, bytes] */
  entry: v.tuple([f.bytes32, f.positive, f.bytes16, f.logEntry]),
  /** [logId, nextSeq]: entries before nextSeq have expired; the watch goes on with it */
  gap: v.tuple([f.bytes32, f.positive]),
  /** [logId, nextSeq]: this connection reads too slowly; the watch has ended, watch again from nextSeq */
  slow: v.tuple([f.bytes32, f.positive]),
  /** [logId, nextSeq, seconds]: what comes next cannot be read; the watch has ended, watch again from nextSeq later */
  broken: v.tuple([f.bytes32, f.positive, f.uint]),
  /** [logId]: the log was deleted; the watch has ended */
  gone: v.tuple([f.bytes32]),
  /** [number, item] */
  item: v.tuple([f.positive, f.inboxItem]),
  /** [nextNumber]: this connection reads too slowly; the inbox's watch has ended */
  "slow-inbox": v.tuple([f.positive]),
  /** [one-time packages kept]: so few are left that the device had better publish more */
  "few-key-packages": v.tuple([f.uint]),
} as const;

export type EventName = keyof typeof events;
export type EventBody<Name extends EventName> = v.InferOutput<(typeof events)[Name]>;
