/** What is said in the benchmark's messages, and what is looked for in them. The same at every run. */
export interface Corpus {
  /** The text of the n-th message. */
  readonly text: (n: number) => string;
  readonly queries: readonly { readonly name: string; readonly terms: readonly string[] }[];
}

const syllables = [
  "wa",
  "ke",
  "lo",
  "ri",
  "mu",
  "sha",
  "ten",
  "bor",
  "gi",
  "nu",
  "fel",
  "dra",
  "pi",
  "os",
  "za",
  "thu",
];
const vocabulary = 20_000;
const accented = ["crème", "brûlée", "naïve", "Ärger", "señor", "façade", "Zoë", "übermorgen"];

/** Numbers from 0 to 1, the same at every run (mulberry32). */
function createNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The n-th word of the vocabulary: short ones first, as frequent words are. */
function wordOf(n: number): string {
  let [rest, word] = [n + 1, ""];
  while (rest > 0) {
    rest -= 1;
    word += syllables[rest % syllables.length];
    rest = Math.floor(rest / syllables.length);
  }
  return word;
}

/**
 * Texts of 4 to 20 words whose frequencies fall as in natural languages (Zipf), a tenth with an accented word, a tenth of
 * 8 to 30 characters out of 2,000 of Han.
 */
export function createCorpus(): Corpus {
  const numbers = createNumbers(7);
  const zipf = () => Math.floor(vocabulary ** numbers()) - 1;
  const han = () => String.fromCodePoint(0x4e00 + Math.floor(2_000 * numbers() ** 2));
  const times = (count: number, make: () => string) => Array.from({ length: count }, make);
  const text = (n: number) => {
    if (n % 10 === 3) return times(8 + Math.floor(22 * numbers()), han).join("");
    const words = times(4 + Math.floor(16 * numbers()), () => wordOf(zipf()));
    if (n % 10 === 7) words.push(accented[n % accented.length] as string);
    return words.join(" ");
  };
  const words = (from: number, step: number) => Array.from({ length: 20 }, (_, i) => wordOf(from + step * i));
  const pairs = Array.from({ length: 20 }, (_, i) => String.fromCodePoint(0x4e00 + i * 3, 0x4e00 + i * 5));
  return {
    text,
    queries: [
      { name: "the most frequent word", terms: ["wa"] },
      { name: "frequent words", terms: words(0, 3) },
      { name: "rare words", terms: words(15_000, 200) },
      { name: "two words", terms: words(3, 11).map((word, i) => `${word} ${wordOf(i)}`) },
      { name: "beginnings of two letters", terms: ["ke", "lo", "ri", "bo", "te", "sh", "dr", "th"] },
      { name: "beginnings of three letters", terms: ["keb", "lor", "rim", "ten", "sha", "thu", "dra", "bor"] },
      { name: "beginnings of five letters", terms: ["waken", "loril", "shawa", "tenbo", "drake"] },
      { name: "accents, typed with and without", terms: ["creme", "crème", "BRULEE", "senor", "ubermorgen", "zoe"] },
      { name: "one character of Han", terms: pairs.map(([first]) => first as string) },
      { name: "two characters of Han", terms: pairs },
      { name: "what is not there", terms: ["xylophone", "qqq", "龘龘"] },
    ],
  };
}
