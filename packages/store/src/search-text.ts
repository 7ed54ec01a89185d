// Scripts that are written without spaces. FTS5 finds whole words alone, so every character becomes one.
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3005-\u3007\u30fc]/gu;
const endsUnspaced = new RegExp(`(?:${unspaced.source})$`, "u");

// What the tokenizer makes words of; anything else separates them.
const word = /[\p{L}\p{N}\p{Co}]/u;

/** What is taken of a query: words beyond these are left out. */
const [maxTerms, maxTermLength] = [16, 128] as const;

/** The shortest beginning of a word that is looked for: shorter ones would be found everywhere. */
const leastPrefix = 2;

/** A text as it is indexed: one form for characters that look the same, and spaces around characters of CJK scripts. */
export function indexedText(text: string): string {
  return text.normalize("NFKC").replaceAll("\0", " ").replaceAll(unspaced, " $& ");
}

/**
 * What somebody typed as a query of FTS5: every word must be there, as it is or as the beginning of one; characters of
 * CJK scripts next to each other must stand next to each other. Nothing that is typed has any other meaning.
 *
 * @returns undefined when there is nothing to look for
 */
export function searchQuery(text: string): string | undefined {
  const terms = text
    .replaceAll(/[\0\p{Surrogate}]/gu, " ")
    .normalize("NFKC")
    .replaceAll('"', " ")
    .split(/\s+/u);
  const phrases = terms
    .map((term) => [...term].slice(0, maxTermLength).join(""))
    .filter((term) => word.test(term))
    .slice(0, maxTerms)
    .map((term) => {
      const isPrefix = [...term].length >= leastPrefix && !endsUnspaced.test(term) && word.test(term.slice(-1));
      return `"${term.replaceAll(unspaced, " $& ")}"${isPrefix ? " *" : ""}`;
    });
  return phrases.length === 0 ? undefined : phrases.join(" AND ");
}
