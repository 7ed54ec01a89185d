/**
 * Runs an errand when asked to, never twice at once: what is asked meanwhile is done once more at the end. A failure
 * is left to the next time.
 */
export function coalesce(errand: () => Promise<void>): () => void {
  let isRunning = false;
  let isWanted = false;
  const run = async () => {
    isRunning = true;
    do {
      isWanted = false;
      await errand().catch(() => undefined);
    } while (isWanted);
    isRunning = false;
  };
  return () => {
    isWanted = true;
    if (!isRunning) run();
  };
}
