/** Characters that show nothing, or turn the order of what stands around them (UAX #9, UTR #36). */
const suspects = /\p{Cc}|\p{Default_Ignorable_Code_Point}|[\u2028\u2029\ufff9-\ufffb]/gu;
/** A letter of a script whose letters join, or part by a joiner: Persian cannot be written without. */
const joining = "[\\p{Script=Arabic}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Tamil}\\p{Script=Malayalam}]";
const beforeJoiner = new RegExp(`(?:${joining}\\p{M}*|\\p{Extended_Pictographic}\\ufe0f?|\\p{Emoji_Modifier})$`, "u");
const afterJoiner = new RegExp(`^(?:${joining}|\\p{Extended_Pictographic})`, "u");
/** What stands for a character that would show nothing. */
const box = "\u25af";
/** In characters. */
const longest = 128;

function isNeeded(character: string, before: string, after: string): boolean {
  if (character === "\u200c" || character === "\u200d") return beforeJoiner.test(before) && afterJoiner.test(after);
  return character === "\ufe0f" && /\p{Emoji}$/u.test(before);
}

/**
 * A name as a person chose it (their own, a group's, a file's) with every character visible: two names that look equal
 * are equal. Cut to 128 characters.
 */
export function showInvisible(name: string): string {
  const characters = [...name];
  const cut = characters.length > longest ? `${characters.slice(0, longest).join("")}…` : name;
  return cut.replace(suspects, (character, at: number) => {
    return isNeeded(character, cut.slice(0, at), cut.slice(at + character.length)) ? character : box;
  });
}
