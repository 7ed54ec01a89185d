import type { Report } from "./report.js";

/**
 * Runs `work` when the page sends its options, and reports what it gives. For dedicated workers, which must call this
 * before they wait for anything: a message that comes earlier is lost.
 *
 * @param work takes the options' text
 */
export function runWorker<Result>(work: (options: string, progress: (what: string) => void) => Promise<Result>): void {
  const report = (message: Report<Result>) => postMessage(message);
  addEventListener("message", (event: MessageEvent<string>) => {
    work(event.data, (what) => report({ kind: "progress", what })).then(
      (result) => report({ kind: "result", result }),
      (error: unknown) => report({ kind: "failure", message: describe(error) }),
    );
  });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? ` (${error.code})` : "";
  return `${error.name}${code}: ${error.message}`;
}
