import type { ReactNode } from "react";

const marks = /\p{M}+/gu;

/** A letter as the search index has it: without case and accents. */
function fold(character: string): string {
  return character.normalize("NFD").replace(marks, "").toLowerCase();
}

/** Where the words begin something in a text, as beginnings and ends in UTF-16 units; apart and in order. */
export function findWords(text: string, words: readonly string[]): readonly (readonly [number, number])[] {
  const folded: string[] = [];
  const places: number[] = [];
  let at = 0;
  for (const character of text) {
    for (const unit of fold(character)) {
      folded.push(unit);
      places.push(at);
    }
    at += character.length;
  }
  places.push(at);
  const found: [number, number][] = [];
  for (const word of words) {
    const letters = [...word].map(fold).join("");
    const units = [...letters];
    if (units.length === 0) continue;
    for (let i = 0; i + units.length <= folded.length; i++) {
      const isBeginning = i === 0 || !/[\p{L}\p{N}]/u.test(folded[i - 1] as string) || isIdeograph(folded[i] as string);
      if (!isBeginning || !units.every((unit, k) => folded[i + k] === unit)) continue;
      found.push([places[i] as number, endOf(text, places[i + units.length - 1] as number)]);
    }
  }
  return apart(found);
}

function isIdeograph(character: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(character);
}

/** The end of the character that begins here, with the marks on it. */
function endOf(text: string, at: number): number {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const after = /^\p{M}*/u.exec(text.slice(at + character.length))?.[0] ?? "";
  return at + character.length + after.length;
}

function apart(found: readonly [number, number][]): readonly (readonly [number, number])[] {
  const merged: [number, number][] = [];
  for (const [from, to] of found.toSorted(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** A text in which the words that are looked for are marked. */
export function markWords(text: string, words: readonly string[]): ReactNode {
  if (words.length === 0) return text;
  const nodes: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of findWords(text, words)) {
    nodes.push(
      text.slice(at, from),
      <mark key={from} className="rounded-[0.2rem] bg-mark text-ink">
        {text.slice(from, to)}
      </mark>,
    );
    at = to;
  }
  nodes.push(text.slice(at));
  return nodes;
}
