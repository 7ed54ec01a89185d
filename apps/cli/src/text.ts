/** How text is made to stand out; without colour it is not. */
export interface Style {
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly warn: (text: string) => string;
}

const plain = (text: string): string => text;
const ansi = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;

export const plainStyle: Style = { dim: plain, bold: plain, warn: plain };
export const colourStyle: Style = { dim: ansi(2), bold: ansi(1), warn: ansi(33) };

// Control characters but the line feed, and those that change the direction of what stands around them.
const unprintable = /(?!\n)\p{Cc}|\p{Bidi_Control}/gu;

/**
 * A text of someone else, fit for a terminal: nothing in it can move the cursor, change colours or reorder what stands
 * around it. Later lines are indented, so that none of them looks like a message of its own.
 */
export function printable(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").replaceAll(unprintable, "\ufffd").replaceAll("\n", "\n    ");
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text).replaceAll(/\s*\n\s*/g, " ");
}

const two = (value: number) => String(value).padStart(2, "0");

/** Local date, `2031-02-28`. @param at milliseconds since 1970 */
export function localDate(at: number): string {
  const time = new Date(at);
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** Local time of day, `09:05`. @param at milliseconds since 1970 */
export function localTime(at: number): string {
  const time = new Date(at);
  return `${two(time.getHours())}:${two(time.getMinutes())}`;
}
