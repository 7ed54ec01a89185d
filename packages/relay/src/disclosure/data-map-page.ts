import type { DataMapLine } from "@redoubt/wire";
import { dataMap, dataMapHash } from "./data-map.js";

const parts: readonly (readonly [DataMapLine["place"], string])[] = [
  ["column", "Columns of the database"],
  ["file", "Files"],
  ["log", "Fields of log lines"],
  ["metric", "Metrics and their labels"],
  ["memory", "In memory alone"],
];

/** The data map as a page of the documentation: Markdown. */
export function renderDataMap(): string {
  const sections = parts.map(([place, title]) => {
    const lines = dataMap.filter((line) => line.place === place);
    return [`## ${title}`, "", ...lines.flatMap(describe)].join("\n");
  });
  return `# Data map

Everything that a relay of this version holds, in files or in memory: a line each. Made from the code by
\`npm run docs:data-map\`; a test holds it against a database, a data folder, log lines and metrics that are real.
[disclosure.md](disclosure.md) says what it is for. SHA-256 of the map as \`redoubt-relay data-map --json\` prints it:
\`${dataMapHash}\`.

${sections.join("\n")}`;
}

function describe({ name, class: kind, subject, purpose, retention, path, opensNothing }: DataMapLine): string[] {
  const whose = subject === "none" ? "" : `, leads from ${subject === "account" ? "an account" : "a log"}`;
  return [
    `- **\`${name}\`** (${kind}${whose}): ${purpose}`,
    `  - Kept: ${retention}`,
    `  - Way to an account: ${path}`,
    `  - Opens no message: ${opensNothing}`,
    "",
  ];
}
