export const nameColours = [
  "light-dark(#0a6558, #62d0ba)",
  "light-dark(#8a4412, #f0ae80)",
  "light-dark(#3a559b, #a5bbf5)",
  "light-dark(#793778, #dfa6de)",
  "light-dark(#456518, #b5d588)",
  "light-dark(#9c3243, #f5a3b0)",
] as const;

/** The colour in which a person's name stands in a group: always the same one for the same name. */
export function nameColour(name: string): string {
  let sum = 7;
  for (const character of name) sum = (sum * 33 + (character.codePointAt(0) ?? 0)) >>> 0;
  return nameColours[sum % nameColours.length] as string;
}
