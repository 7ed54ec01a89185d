import type { Figure } from "../figure.js";
import type { Listener } from "../listener.js";
import type { Report } from "./report.js";

/**
 * Runs `work` when the page sends its options, and reports what it gives. For dedicated workers, which must call this
 * before they wait for anything: a message that comes earlier is lost.
 *
 * @param work takes the options' text
 */
export function runWorker<Result>(
  work: (options: string, listener: Pick<Listener, "progress" | "figures">) => Promise<Result>,
): void {
  const report = (message: Report<Result>) => postMessage(message);
  addEventListener("message", (event: MessageEvent<string>) => {
    const listener = {
      progress: (what: string) => report({ kind: "progress", what }),
      figures: (figures: readonly Figure[]) => report({ kind: "figures", figures }),
    };
    work(event.data, listener).then(
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
