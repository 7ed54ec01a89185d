/** How many of the first things, of these lengths, fit in `maxBytes`; a single one always does. */
export function fitting(lengths: readonly number[], maxBytes: number): number {
  let total = 0;
  for (const [index, length] of lengths.entries()) {
    total += length;
    if (total > maxBytes) return Math.max(1, index);
  }
  return lengths.length;
}
