import * as v from "valibot";
import { limits } from "./limits.js";

/** The message of an issue that means "larger than allowed", so that it is refused as `too-large`, not `malformed`. */
export const tooLarge = "too-large";

const anyBytes = v.custom<Uint8Array>((value) => value instanceof Uint8Array);
const maxSafe = Number.MAX_SAFE_INTEGER;

const bytesOf = <N extends number>(length: N) => v.pipe(anyBytes, v.length(length));
const bytesUpTo = (most: number) => v.pipe(anyBytes, v.maxLength(most, tooLarge));

/** An unsigned integer up to 2^53 - 1. */
export const uint = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxSafe));
/** An unsigned integer from 1. */
export const positive = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxSafe));
/** A request's id: uint32 from 1. */
export const requestId = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff_ffff));

export const bytes8 = bytesOf(8);
export const bytes16 = bytesOf(16);
export const bytes32 = bytesOf(32);
export const signature = bytesOf(64);

export const logEntry = bytesUpTo(limits.entry);
export const inboxItem = bytesUpTo(limits.inboxItem);
export const keyPackage = bytesUpTo(limits.keyPackage);
export const accountEntry = bytesUpTo(limits.accountEntry);
export const username = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.username, tooLarge));
/** How many items a reply may hold at most: 1 to 256. */
export const replyLimit = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.itemsPerReply));
export const disclosurePages = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.disclosurePages));
export const disclosureNote = v.pipe(v.string(), v.maxLength(limits.disclosureNote, tooLarge));
export const disclosurePage = bytesUpTo(limits.disclosurePage);
export const powBits = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limits.powBits));
