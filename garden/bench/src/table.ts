import { type Figure, isReached, isSize, ratioOf, type Target } from "./figure.js";

const header = ["what", "figure", "by", "ours", "peer", "peer's", "ratio", "target", "reached"];

/** The figures as one Markdown table. */
export function renderTable(figures: readonly Figure[]): string {
  const rows = [header, ...figures.map(cells)];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const [first = [], ...rest] = rows;
  return [line(first), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...rest.map(line)].join("\n");
}

function cells(figure: Figure): string[] {
  const { name, by, ours, peer, target } = figure;
  const [ratio, reached] = [ratioOf(figure), isReached(figure)];
  return [
    figure.section,
    name,
    by,
    quantity(name, ours),
    peer?.name ?? "",
    peer ? quantity(name, peer.value) : "",
    ratio === undefined ? "" : `${significant(ratio)}×`,
    target === undefined ? "" : renderTarget(name, target),
    reached === undefined ? "" : reached ? "yes" : "NO",
  ];
}

function renderTarget(name: string, target: Target): string {
  return "ratio" in target ? `≤ ${target.ratio}×` : `≤ ${quantity(name, target.atMost)}`;
}

function quantity(name: string, value: number): string {
  if (isSize(name)) return value >= 10_000 ? `${significant(value / 1000)} kB` : `${value} B`;
  if (value >= 1000) return `${significant(value / 1000)} s`;
  return value >= 1 ? `${significant(value)} ms` : `${significant(value * 1000)} µs`;
}

function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(value >= 10 ? 3 : 2);
}
