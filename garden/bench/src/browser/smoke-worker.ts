import { createWebProvider } from "@redoubt/crypto/web";
import { openLine } from "../messages.js";
import { redoubtOn } from "../redoubt.js";
import { runWorker } from "./worker-main.js";

/** What the smoke test found in the browser. */
export interface Smoke {
  readonly userAgent: string;
  /** What the receiver read. */
  readonly texts: readonly string[];
}

const texts = ["hello", "سلام", "🏰"];

runWorker(async (): Promise<Smoke> => {
  const line = await openLine(redoubtOn(await createWebProvider()), 0xf00e);
  const read: string[] = [];
  for (const text of texts) {
    const message = await line.seal(new TextEncoder().encode(text));
    read.push(new TextDecoder().decode((await line.open(message)) as Uint8Array<ArrayBuffer>));
  }
  return { userAgent: navigator.userAgent, texts: read };
});
