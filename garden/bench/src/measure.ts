/** What one turn of a contestant measured: figures by name, times in milliseconds, sizes in bytes. */
export type Sample = Readonly<Record<string, number>>;

export interface Racer {
  readonly name: string;
  turn(): Promise<Sample>;
}

/** Medians by contestant and figure. */
export type Medians = ReadonlyMap<string, Sample>;

/**
 * Lets all take turns, A B C A B C …, so that whatever slows the machine down for a while meets them all.
 *
 * @param options.warmUp turns of each that do not count
 */
export async function race(
  racers: readonly Racer[],
  options: { readonly rounds: number; readonly warmUp: number },
): Promise<Medians> {
  const samples = new Map<string, Sample[]>(racers.map(({ name }) => [name, []]));
  for (let round = -options.warmUp; round < options.rounds; round++) {
    for (const { name, turn } of racers) {
      const sample = await turn();
      if (round >= 0) samples.get(name)?.push(sample);
    }
  }
  return new Map([...samples].map(([name, all]) => [name, medianOfEach(all)]));
}

function medianOfEach(samples: readonly Sample[]): Sample {
  const names = Object.keys(samples[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(samples.map((sample) => sample[name] ?? Number.NaN))]));
}

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  if (low === undefined || high === undefined) throw new Error("No values");
  return (low + high) / 2;
}

/** Milliseconds that `work` takes, with what it gave. */
export async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; time: number }> {
  const start = performance.now();
  const result = await work();
  return { result, time: performance.now() - start };
}
