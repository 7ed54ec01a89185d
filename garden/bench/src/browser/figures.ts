import type { Figure } from "../figure.js";
import { visit } from "./visit.js";

/** Our web provider against ts-mls with WebCrypto, in a worker of Chromium under the web app's policy. */
export async function browserFigures(
  { isQuick }: { readonly isQuick: boolean },
  progress: (what: string) => void,
): Promise<Figure[]> {
  return visit<Figure[]>("race-worker", {
    argument: isQuick ? "quick" : "",
    progress: (what) => progress(`Chromium: ${what}`),
  });
}
