import type { TransferInfo } from "@redoubt/client";
import type { Terminal } from "../terminal.js";

const width = 30;

/** Bytes for people: `3.4 MB`. */
export function sizeText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/**
 * A bar that shows how a file gets on, for people at a terminal; for anyone else nothing is shown.
 *
 * @returns `show` draws it anew; `end` removes it
 */
export function createProgressBar(
  { output }: Terminal,
  isShown: boolean,
): { readonly show: (transfer: TransferInfo) => void; readonly end: () => void } {
  let isDrawn = false;
  return {
    show: ({ done, total, state, reason }) => {
      if (!isShown) return;
      const share = total === 0 ? 1 : done / total;
      const full = Math.round(share * width);
      const bar = `${"█".repeat(full)}${"░".repeat(width - full)}`;
      const why = state === "waiting" ? ` waiting (${reason})` : "";
      output.write(`\r\u001b[K${bar} ${Math.floor(share * 100)} % of ${sizeText(total)}${why}`);
      isDrawn = true;
    },
    end: () => {
      if (isDrawn) output.write("\r\u001b[K");
      isDrawn = false;
    },
  };
}
