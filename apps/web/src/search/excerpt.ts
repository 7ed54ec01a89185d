import { findWords } from "../text/mark-words.js";
import { plainText } from "../text/parse-text.js";

/** Characters that are shown before the first word. */
const before = 24;

/** A long text from a little before the first of the words on. */
export function excerptOf(text: string, words: readonly string[]): string {
  const line = text.replaceAll(/\s+/g, " ");
  const first = findWords(line, words)[0]?.[0] ?? 0;
  if (first <= before) return plainText(line);
  const from = line.indexOf(" ", first - before) + 1;
  return `… ${plainText(line.slice(from > 0 && from < first ? from : first))}`;
}
