export {
  type DisclosedFile,
  type DisclosureStatement,
  formatStatement,
  parseStatement,
} from "./disclosure-statement.js";
export { TranslogError, type TranslogErrorCode } from "./error.js";
export {
  createNoteKey,
  formatSignerKey,
  formatVerifierKey,
  isKeyName,
  type NoteKey,
  parseSignerKey,
  parseVerifierKey,
} from "./note-key.js";
export { maxNoteBytes, openNote, signNote } from "./signed-note.js";
