import { asSecret, type CborValue, decodeCbor, encodeCbor, type Secret } from "@redoubt/base";
import { decodeMessage, encodeMessage, type KeyPackage } from "@redoubt/mls";
import { ConversationError } from "./error.js";
import { keptEpochs } from "./state.js";

/** How a device stands in a conversation, for others to compare. */
export interface Standing {
  readonly epoch: bigint;
  /** Confirmed transcript hash of the epoch: equal exactly for those who took the same commits. */
  readonly transcript: Uint8Array;
  /** Those of the epochs before it, newest first: as many as are kept, at most 5. */
  readonly past: readonly Uint8Array[];
}

/** What one device has to tell another about a conversation. */
export type LetterBody =
  /** Asks to be brought in anew with this key package. */
  | { readonly kind: "rejoin"; readonly conversation: Uint8Array; readonly keyPackage: KeyPackage }
  /** Hands over the owner's key of a log. */
  | {
      readonly kind: "owner-key";
      readonly conversation: Uint8Array;
      readonly logId: Uint8Array;
      readonly ownerSeed: Secret<32>;
    }
  /** Says how it stands, because two have seen different logs; may ask for the same. */
  | {
      readonly kind: "standing";
      readonly conversation: Uint8Array;
      readonly standing: Standing;
      readonly wantsAnswer: boolean;
    };

const version = 1;
const kinds = ["rejoin", "owner-key", "standing"] as const;

export function encodeLetterBody(letter: LetterBody): Uint8Array {
  return encodeCbor([version, kinds.indexOf(letter.kind), letter.conversation, ...fieldsOf(letter)]);
}

function fieldsOf(letter: LetterBody): readonly CborValue[] {
  switch (letter.kind) {
    case "rejoin":
      return [encodeMessage({ kind: "keyPackage", keyPackage: letter.keyPackage })];
    case "owner-key":
      return [letter.logId, letter.ownerSeed];
    case "standing":
      return [Number(letter.standing.epoch), letter.standing.transcript, [...letter.standing.past], letter.wantsAnswer];
  }
}

/**
 * @returns undefined for a letter of a kind that this version does not know
 * @throws ConversationError, MlsError `malformed`
 */
export function decodeLetterBody(bytes: Uint8Array): LetterBody | undefined {
  const value = decodeCbor(bytes);
  const [v, place, conversation, ...fields] = Array.isArray(value) ? value : [];
  // Anything else would be made a string of: the bytes 00 would name a kind as the number does.
  const kind = typeof place === "number" ? kinds[place] : undefined;
  if (v !== version || kind === undefined) return undefined;
  if (!is32(conversation)) throw malformed();
  switch (kind) {
    case "rejoin":
      return { kind, conversation, keyPackage: keyPackageOf(fields) };
    case "owner-key": {
      const [logId, ownerSeed, ...rest] = fields;
      if (!is32(logId) || !is32(ownerSeed) || rest.length > 0) throw malformed();
      return { kind, conversation, logId, ownerSeed: asSecret<32>(ownerSeed) };
    }
    case "standing": {
      const [epoch, transcript, past, wantsAnswer, ...rest] = fields;
      const isValid =
        typeof epoch === "number" &&
        epoch >= 0 &&
        isTranscript(transcript) &&
        Array.isArray(past) &&
        past.length <= keptEpochs &&
        past.every(isTranscript) &&
        typeof wantsAnswer === "boolean" &&
        rest.length === 0;
      if (!isValid) throw malformed();
      return {
        kind,
        conversation,
        standing: { epoch: BigInt(epoch), transcript, past: past as Uint8Array[] },
        wantsAnswer,
      };
    }
  }
}

function keyPackageOf([bytes, ...rest]: readonly CborValue[]): KeyPackage {
  if (!(bytes instanceof Uint8Array) || rest.length > 0) throw malformed();
  const message = decodeMessage(bytes);
  if (message.kind !== "keyPackage") throw malformed();
  return message.keyPackage;
}

function isTranscript(value: CborValue | undefined): value is Uint8Array {
  return value instanceof Uint8Array && value.length <= 64;
}

function is32(value: CborValue | undefined): value is Uint8Array {
  return value instanceof Uint8Array && value.length === 32;
}

function malformed(): ConversationError {
  return new ConversationError("malformed", "letter");
}
