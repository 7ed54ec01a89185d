import { startChromium } from "@redoubt/testkit";
import type { Listener } from "../listener.js";
import { bundle } from "./bundle.js";
import type { Report } from "./report.js";
import { contentSecurityPolicy, serve } from "./serve.js";

/** How long a page may be silent, in milliseconds. */
const patience = 600_000;

/**
 * Runs one of the page's workers in Chromium and gives its result.
 *
 * @param worker `smoke-worker` or `race-worker`
 * @param options.policy the Content-Security-Policy; the web app's by default
 * @throws Error with what the page reports, a breach of its Content-Security-Policy included
 */
export async function visit<Result>(
  worker: string,
  options: {
    readonly argument?: string;
    readonly policy?: string;
    readonly listener?: Pick<Listener, "progress" | "figures">;
  } = {},
): Promise<Result> {
  const { argument = "", policy = contentSecurityPolicy, listener } = options;
  await using server = await serve(await bundle(), policy);
  const browser = await startChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`${server.origin}/#/${worker}.js?${argument}`);
    for (;;) {
      const report = (await server.nextReport(AbortSignal.timeout(patience))) as Report<Result>;
      if (report.kind === "result") return report.result;
      if (report.kind === "failure") throw new Error(report.message);
      if (report.kind === "figures") listener?.figures(report.figures);
      else listener?.progress(`Chromium: ${report.what}`);
    }
  } finally {
    await browser.close();
  }
}
