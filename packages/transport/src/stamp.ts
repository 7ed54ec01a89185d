import { concatBytes, utf8 } from "@redoubt/base";
import { domains } from "@redoubt/wire";
import type { TransportPorts } from "./platform.js";

/** Milliseconds of work at a time; between them others run. */
const sliceTime = 12;
/** Hashes between two looks at the clock. */
const batch = 64;
/** Looks at the clock in a slice at most: one that stands still holds nobody up either. */
const looksPerSlice = 256;

const domain = utf8(domains.stamp);

/** What a stamp must satisfy, and what it is for. */
export interface Puzzle {
  /** 16 bytes, from the relay. */
  readonly salt: Uint8Array;
  /** How many zero bits the hash must begin with: about 2^bits hashes of work. */
  readonly bits: number;
  /** What the stamp is for, 32 bytes. */
  readonly context: Uint8Array;
}

/**
 * Finds a proof-of-work stamp: 8 bytes c such that SHA-256(domain ‖ salt ‖ context ‖ c) begins with that many zero bits.
 * Works in slices of 12 ms, so that nothing else is held up for long.
 *
 * @param isWanted asked between slices; once it says no, the work ends without a stamp
 */
export async function solveStamp(
  { sha256, clock, schedule }: Pick<TransportPorts, "sha256" | "clock" | "schedule">,
  { salt, bits, context }: Puzzle,
  isWanted: () => boolean,
): Promise<Uint8Array | undefined> {
  const attempt = concatBytes(domain, salt, context, new Uint8Array(8));
  const counter = attempt.subarray(-8);
  while (isWanted()) {
    const begin = clock();
    let looks = 0;
    do {
      for (let i = 0; i < batch; i++) {
        if (startsWithZeroBits(sha256(attempt), bits)) return counter.slice();
        increment(counter);
      }
      looks += 1;
    } while (looks < looksPerSlice && isWithin(sliceTime, clock() - begin));
    await new Promise<void>((resume) => schedule(0, resume));
  }
  return undefined;
}

/** A clock that went back counts as time that is over. */
function isWithin(time: number, elapsed: number): boolean {
  return elapsed >= 0 && elapsed < time;
}

function startsWithZeroBits(hash: Uint8Array, bits: number): boolean {
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (hash[i] !== 0) return false;
  return (hash[whole] as number) >> (8 - (bits & 7)) === 0;
}

function increment(counter: Uint8Array): void {
  for (let i = counter.length - 1; i >= 0; i--) {
    counter[i] = (counter[i] as number) + 1;
    if (counter[i] !== 0) return;
  }
}
