import type { DisclosureDocument } from "@redoubt/wire";
import { type Html, html } from "./html.js";

type Line = DisclosureDocument["inventory"][number];

/** The parts of the map, in the order of the page. */
const parts: readonly { readonly place: Line["place"]; readonly title: string }[] = [
  { place: "column", title: "Columns of the database" },
  { place: "file", title: "Files" },
  { place: "log", title: "Fields of log lines" },
  { place: "metric", title: "Metrics and their labels" },
  { place: "memory", title: "In memory alone, while the relay runs: stored nowhere" },
];

/** What is said of every line. Where a group's lines all say the same, it is said once. */
const remarks = {
  retention: "Kept",
  path: "Way to it",
  opensNothing: "Opens no message",
} as const satisfies Partial<Record<keyof Line, string>>;

type Remark = keyof typeof remarks;

/** Every line of the map, with what was found. */
export function inventory({ inventory: lines, question }: DisclosureDocument): Html {
  const kind = question.kind === "account" ? "an account" : "a log";
  return html`${parts.map(({ place, title }) =>
    part(
      title,
      lines.filter((line) => line.place === place),
      kind,
    ),
  )}`;
}

function part(title: string, lines: readonly Line[], kind: string): Html {
  const groups = new Map<string, Line[]>();
  for (const line of lines) groups.set(groupOf(line), [...(groups.get(groupOf(line)) ?? []), line]);
  return html`<h3>${title}</h3>
${[...groups].map(([name, members]) => group(name, members, kind))}`;
}

/** Columns stand by table; everything else is one group. */
function groupOf({ place, name }: Line): string {
  return place === "column" ? (name.split(".")[0] as string) : "";
}

function group(table: string, lines: readonly Line[], kind: string): Html {
  const [first] = lines as [Line];
  const common = (Object.keys(remarks) as Remark[]).filter((key) => lines.every((line) => line[key] === first[key]));
  const said = lines.length === 1 ? [] : common;
  const own = (Object.keys(remarks) as Remark[]).filter((key) => !said.includes(key));
  const heading = table === "" ? html`` : html`<strong><code>${table}</code></strong> `;
  const caption =
    table === "" && said.length === 0
      ? html``
      : html`<caption>${heading}${said.map((key) => remark(first, key))}</caption>`;
  return html`<table class="map">${caption}
<thead><tr><th scope="col">What</th><th scope="col">Why it is there</th><th scope="col">Found</th></tr></thead>
<tbody>${lines.map((line) => row(line, table, own, kind))}</tbody></table>
`;
}

function row(line: Line, table: string, own: readonly Remark[], kind: string): Html {
  const name = table === "" ? line.name : line.name.slice(table.length + 1);
  return html`<tr><td><code>${name}</code><span class="more">${line.class}</span></td>
<td>${line.purpose}${own.map((key) => remark(line, key))}</td>
<td data-label="Found">${found(line, kind)}</td></tr>`;
}

function remark(line: Line, key: Remark): Html {
  return html`<span class="more">${remarks[key]}: ${line[key]}</span>`;
}

function found({ finding, name }: Line, kind: string): Html {
  // The database's files are linked to an account by their columns, which have lines of their own.
  if (name.startsWith("relay.db")) return html`<span class="none">As its columns, above</span>`;
  switch (finding.kind) {
    case "rows":
      return finding.count === 0
        ? html`<span class="none">0 rows</span>`
        : html`<span class="held">${finding.count} ${finding.count === 1 ? "row" : "rows"}</span>`;
    case "unlinked":
      return html`<span class="none">Cannot be linked to ${kind}</span>`;
    case "memory":
      return html`<span class="none">Not stored</span>`;
  }
}
