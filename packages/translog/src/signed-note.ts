import { concatBytes, type Ed25519Sign, type Ed25519Verify, equalBytes, fromUtf8, utf8 } from "@redoubt/base";
import { fromBase64, toBase64 } from "./base64.js";
import { TranslogError } from "./error.js";
import { isKeyName, type NoteKey } from "./note-key.js";

/** The longest note, in UTF-16 code units: Go's limit for what it opens. */
export const maxNoteBytes = 1_000_000;

/** More signatures than a note may have (C2SP asks for at least 16). */
const maxSignatures = 100;

const signatureLine = /^— (\S+) (\S+)$/u;

interface NoteSignature {
  readonly name: string;
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
}

/**
 * Signs a text (C2SP signed-note, Ed25519).
 *
 * @param text ends in a line feed; no other control characters
 * @param key of what `sign` signs by
 * @throws TranslogError `malformed-note` for another text
 */
export function signNote(text: string, key: NoteKey, sign: Ed25519Sign): string {
  if (!isNoteText(text)) throw new TranslogError("malformed-note");
  return `${text}\n— ${key.name} ${toBase64(concatBytes(key.id, sign(utf8(text))))}\n`;
}

/**
 * Opens a note: gives its text if a key has signed it. Signatures by other keys are ignored.
 *
 * @throws TranslogError `malformed-note`; `not-signed` if the key has not signed it; `bad-signature` if it says so and
 * has not
 */
export function openNote(note: string, key: NoteKey, verify: Ed25519Verify): string {
  const { text, signatures } = parseNote(note);
  const own = signatures.find(({ name, id }) => name === key.name && equalBytes(id, key.id));
  if (own === undefined) throw new TranslogError("not-signed");
  if (!verify(key.publicKey, utf8(text), own.bytes)) throw new TranslogError("bad-signature");
  return text;
}

function parseNote(note: string): { readonly text: string; readonly signatures: readonly NoteSignature[] } {
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1);
  if (note.length > maxNoteBytes || end < 0 || !isNoteText(text) || !note.endsWith("\n")) {
    throw new TranslogError("malformed-note");
  }
  const lines = note.slice(end + 2, -1).split("\n");
  if (lines.length > maxSignatures) throw new TranslogError("malformed-note");
  return { text, signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  const [, name = "", encoded = ""] = signatureLine.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  if (!isKeyName(name) || bytes === undefined || bytes.length < 5) throw new TranslogError("malformed-note");
  return { name, id: bytes.subarray(0, 4), bytes: bytes.subarray(4) };
}

/** UTF-8 without C0 controls but the line feed. A lone surrogate would be signed as another text than it is. */
function isNoteText(text: string): boolean {
  return text.endsWith("\n") && fromUtf8(utf8(text)) === text && !/[^\P{Cc}\n\u007f-\u009f]/u.test(text);
}
