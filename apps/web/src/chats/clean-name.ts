/** A name as people type it: with an @, with capitals, with spaces around it. */
export function cleanName(typed: string): string {
  return typed.trim().replace(/^@/, "").toLowerCase();
}
