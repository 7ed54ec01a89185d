import type { Random } from "@redoubt/base";

/** A source that gives these draws in their order, and refuses any other. */
export function scriptedRandom(...draws: readonly Uint8Array[]): Random {
  const left = draws.map((draw) => draw.slice());
  return (length) => {
    const next = left.shift();
    if (next?.length !== length) throw new Error(`a draw of ${length} bytes that is not in the script`);
    return next;
  };
}
