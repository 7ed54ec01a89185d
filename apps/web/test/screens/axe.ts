import axe from "axe-core";
import type { Page } from "playwright-core";

/** What axe finds on the screen as it is: rule, and the elements that break it. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => {
    const { axe: engine } = globalThis as unknown as { readonly axe: typeof import("axe-core") };
    return engine.run(document, { resultTypes: ["violations"] });
  });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}
