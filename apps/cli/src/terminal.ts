import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** What a command has of the world outside its home: three streams, and whether people sit at them. */
export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean };
  readonly errors: Writable;
}

/** Whether somebody can be asked. */
export function isInteractive({ input, output }: Terminal): boolean {
  return input.isTTY === true && output.isTTY === true;
}

/** The lines of the input, to its end or to the signal's. */
export async function* inputLines({ input }: Terminal, signal: AbortSignal): AsyncGenerator<string> {
  const reader = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const stop = () => reader.close();
  signal.addEventListener("abort", stop);
  try {
    if (!signal.aborted) yield* reader;
  } finally {
    signal.removeEventListener("abort", stop);
    reader.close();
  }
}

/**
 * Asks for a line that is not shown while it is typed.
 *
 * @returns undefined when the input ends or is broken off
 */
export async function askSecretly({ input, output }: Terminal, question: string): Promise<string | undefined> {
  const muted = Object.create(output) as typeof output;
  const reader = createInterface({ input, output: muted, terminal: true });
  const answer = new Promise<string | undefined>((resolve) => {
    reader.once("close", () => resolve(undefined));
    reader.once("SIGINT", () => reader.close());
    reader.question("", resolve);
  });
  output.write(question);
  // From here on the reader's echo goes nowhere.
  muted.write = () => true;
  try {
    return await answer;
  } finally {
    reader.close();
    output.write("\n");
  }
}
