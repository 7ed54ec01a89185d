import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

/** An empty folder that goes away with the running test. */
export function temporaryHome(): string {
  const home = mkdtempSync(path.join(tmpdir(), "redoubt-store-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}
