/** What the QR code of a safety number holds: both people's devices show the same one. */
export function codeText(safetyNumber: string): string {
  return `redoubt-safety:1:${safetyNumber.replaceAll(/\D/g, "")}`;
}
