import { type DestinationStream, type Logger, pino } from "pino";

/**
 * The relay's log: lines of JSON that say what the relay does, and nothing of who uses it.
 *
 * @param destination standard output unless given
 */
export function createLogger(destination?: DestinationStream): Logger {
  const options = { base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** What of an error may be logged: its kind and where it was thrown, not its message, which may hold data. */
export function describeFault(error: unknown): {
  readonly name: string;
  readonly code?: string;
  readonly at: string[];
} {
  if (!(error instanceof Error)) return { name: typeof error, at: [] };
  const code = "code" in error ? { code: String(error.code) } : {};
  const at = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { name: error.name, ...code, at: at.map((line) => line.trim()) };
}
