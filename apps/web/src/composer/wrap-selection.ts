const marks: Readonly<Record<string, string>> = { b: "**", i: "__", e: "`" };
const shifted: Readonly<Record<string, string>> = { x: "~~", p: "||" };

/**
 * What a formatting key makes of the selected text: Ctrl with B, I, E (code), and with Shift X (struck) and P
 * (spoiler).
 *
 * @returns the text and its new selection; `undefined` for any other key
 */
export function wrapSelection(
  { value, selectionStart: from, selectionEnd: to }: HTMLTextAreaElement,
  key: string,
  isShifted: boolean,
): { readonly text: string; readonly from: number; readonly to: number } | undefined {
  const mark = (isShifted ? shifted : marks)[key];
  if (mark === undefined) return undefined;
  const text = value.slice(0, from) + mark + value.slice(from, to) + mark + value.slice(to);
  return { text, from: from + mark.length, to: to + mark.length };
}
