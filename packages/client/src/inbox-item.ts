import { type CborValue, decodeCbor, encodeCbor } from "@redoubt/base";
import type { ReadyWelcome, SealedLetter } from "@redoubt/conversation";

/** Stored by place: add at the end alone. */
const kinds = ["welcome", "letter"] as const;
const version = 1;

/** An item as it lies in an inbox. */
export type InboxItem =
  | { readonly kind: "welcome"; readonly welcome: Uint8Array; readonly position: Uint8Array }
  | { readonly kind: "letter"; readonly letter: SealedLetter };

export function encodeWelcomeItem({ welcome, position }: Pick<ReadyWelcome, "welcome" | "position">): Uint8Array {
  return encodeCbor([version, kinds.indexOf("welcome"), welcome, position]);
}

export function encodeLetterItem({ reference, kemOutput, ciphertext }: SealedLetter): Uint8Array {
  return encodeCbor([version, kinds.indexOf("letter"), reference, kemOutput, ciphertext]);
}

/** @throws CborError; `undefined` for an item of a kind that this version does not know, or of another form */
export function decodeInboxItem(bytes: Uint8Array): InboxItem | undefined {
  const value = decodeCbor(bytes);
  const [v, place, ...fields] = Array.isArray(value) ? value : [];
  if (v !== version || typeof place !== "number" || !fields.every(isBytes)) return undefined;
  const [a, b, c] = fields;
  switch (kinds[place]) {
    case "welcome":
      return a && b && { kind: "welcome", welcome: a, position: b };
    case "letter":
      return a && b && c && { kind: "letter", letter: { reference: a, kemOutput: b, ciphertext: c } };
    default:
      return undefined;
  }
}

function isBytes(value: CborValue): value is Uint8Array {
  return value instanceof Uint8Array;
}
