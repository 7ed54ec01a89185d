import type { Medians } from "./measure.js";

/** One row of a table. Times in milliseconds, sizes in bytes. */
export interface Figure {
  readonly section: string;
  readonly name: string;
  /** Which implementation of ours, on which provider. */
  readonly by: string;
  readonly ours: number;
  readonly peer?: { readonly name: string; readonly value: number };
  readonly target?: Target;
}

/** What is to be reached: a share of the peer's figure, or a figure of our own. */
export type Target = { readonly ratio: number } | { readonly atMost: number };

export function isSize(name: string): boolean {
  return name.endsWith("bytes");
}

/** Ours over the peer's. */
export function ratioOf({ ours, peer }: Figure): number | undefined {
  return peer && ours / peer.value;
}

/** Whether the target is met; `undefined` where there is none. */
export function isReached(figure: Figure): boolean | undefined {
  const { target, ours } = figure;
  if (target === undefined) return undefined;
  return "ratio" in target ? (ratioOf(figure) ?? Number.POSITIVE_INFINITY) <= target.ratio : ours <= target.atMost;
}

/**
 * The rows of one race: each figure of `by` against peers.
 *
 * @param peersFor the names of those who are comparable in a figure
 * @param targetFor what `by` must reach against a peer
 */
export function compare(
  section: string,
  medians: Medians,
  by: string,
  peersFor: (figure: string) => readonly string[],
  targetFor: (figure: string, peer: string) => Target | undefined = () => undefined,
): Figure[] {
  return Object.entries(medians.get(by) ?? {}).flatMap(([name, ours]): Figure[] => {
    const rows = peersFor(name).flatMap((peer) => {
      const value = medians.get(peer)?.[name];
      if (value === undefined) return [];
      const target = targetFor(name, peer);
      return [{ section, name, by, ours, peer: { name: peer, value }, ...(target && { target }) }];
    });
    return rows.length > 0 ? rows : [{ section, name, by, ours }];
  });
}
