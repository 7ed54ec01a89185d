export const barCount = 40;

/** Of a sound: how loud it is, in so many equal parts, from 0 to 1; and how long. */
export interface Waveform {
  readonly bars: readonly number[];
  readonly seconds: number;
}

/** Hertz: enough to see loudness, and a sixth of the memory. */
const rate = 8_000;

/** @throws DOMException for what is no sound that this browser knows */
export async function waveformOf(blob: Blob): Promise<Waveform> {
  const decoded = await new OfflineAudioContext(1, 1, rate).decodeAudioData(await blob.arrayBuffer());
  return { bars: barsOf(decoded.getChannelData(0)), seconds: decoded.duration };
}

/** The loudest sample of each part, against the loudest of all. */
export function barsOf(samples: Float32Array): readonly number[] {
  const bars = Array.from({ length: barCount }, (_, i) => {
    const [from, to] = [i, i + 1].map((part) => Math.floor((part * samples.length) / barCount)) as [number, number];
    let loudest = 0;
    for (const sample of samples.subarray(from, to)) loudest = Math.max(loudest, Math.abs(sample));
    return loudest;
  });
  const top = Math.max(...bars, 0.01);
  return bars.map((bar) => bar / top);
}
