import { TranslogError } from "./error.js";

/** A file of a disclosure, as the note names it. */
export interface DisclosedFile {
  /** Relative, with slashes: `document.json`, `rows/accounts.jsonl`. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 in lower-case hexadecimal. */
  readonly sha256: string;
}

/** What a relay states when it discloses: the text of the signed note. */
export interface DisclosureStatement {
  /** The relay's name, which is its key's as well. */
  readonly relay: string;
  /** `account alice` or `log 64 hexadecimal digits`. */
  readonly question: string;
  /** The day on which it was answered, as YYYY-MM-DD. */
  readonly day: string;
  /** SHA-256 of the data map of the build that answered, in hexadecimal. */
  readonly dataMap: string;
  /** Rows found, by table, in the order of the document. */
  readonly rows: readonly { readonly table: string; readonly count: number }[];
  /** Every file beside the note. */
  readonly files: readonly DisclosedFile[];
}

const heading = "redoubt/disclosure/v1";
const maxLines = 1_000;

/** The statement as lines, to be signed. */
export function formatStatement({ relay, question, day, dataMap, rows, files }: DisclosureStatement): string {
  const lines = [
    heading,
    `relay ${relay}`,
    `question ${question}`,
    `day ${day}`,
    `data-map ${dataMap}`,
    ...rows.map(({ table, count }) => `rows ${table} ${count}`),
    ...files.map(({ path, bytes, sha256 }) => `file ${sha256} ${bytes} ${path}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** Reads what `formatStatement` writes, and nothing else. @throws TranslogError `malformed-statement` */
export function parseStatement(text: string): DisclosureStatement {
  const lines = text.split("\n");
  if (lines.length > maxLines) throw new TranslogError("malformed-statement");
  const after = (index: number, prefix: string, form: RegExp) => {
    const line = lines[index] ?? "";
    const value = line.slice(prefix.length);
    if (!line.startsWith(prefix) || !form.test(value)) throw new TranslogError("malformed-statement");
    return value;
  };
  const statement = {
    relay: after(1, "relay ", /^\S+$/),
    question: after(2, "question ", /^(account [a-z0-9_]{1,32}|log [0-9a-f]{64})$/),
    day: after(3, "day ", /^\d{4}-\d\d-\d\d$/),
    dataMap: after(4, "data-map ", /^[0-9a-f]{64}$/),
    rows: matching(lines, /^rows ([a-z_]{1,64}) (\d{1,15})$/).map(([table = "", count = ""]) => ({
      table,
      count: Number(count),
    })),
    files: matching(lines, /^file ([0-9a-f]{64}) (\d{1,15}) ([a-z][a-z0-9_.-]*(?:\/[a-z][a-z0-9_.-]*)?)$/).map(
      ([sha256 = "", bytes = "", path = ""]) => ({ path, bytes: Number(bytes), sha256 }),
    ),
  };
  // Whatever stands there that was not read, or stands there twice, makes another text.
  if (formatStatement(statement) !== text || hasTwice(statement)) throw new TranslogError("malformed-statement");
  return statement;
}

function matching(lines: readonly string[], form: RegExp): readonly (readonly string[])[] {
  return lines.flatMap((line) => {
    const found = form.exec(line);
    return found === null ? [] : [found.slice(1)];
  });
}

function hasTwice({ rows, files }: DisclosureStatement): boolean {
  const distinct = new Set([...rows.map(({ table }) => `rows ${table}`), ...files.map(({ path }) => `file ${path}`)]);
  return distinct.size !== rows.length + files.length;
}
