import { createHash } from "node:crypto";
import { utf8 } from "@redoubt/base";
import type { RawRow, RawStore, RawSubject } from "@redoubt/relay-core";
import { type DisclosedFile, formatStatement, signNote } from "@redoubt/translog";
import type { DataMapLine, DisclosureDocument } from "@redoubt/wire";
import { absentFor } from "./absent.js";
import { dataMap, dataMapFile, dataMapHash } from "./data-map.js";
import { DisclosureError } from "./disclosure-error.js";
import type { DisclosureSigner } from "./disclosure-key.js";
import { Facts } from "./facts.js";
import { isoDay } from "./iso-day.js";
import { renderPage } from "./page.js";
import { type Question, questionText } from "./question.js";

/** The note's file, beside the files that it names. */
export const noteFile = "disclosure.note";

/** Where the files of a disclosure go. */
export interface DisclosureSink {
  /**
   * Takes a file.
   *
   * @param path relative, with slashes
   * @param pieces its content, to be taken one after the other; each is the caller's again afterwards
   */
  write(path: string, pieces: Iterable<Uint8Array>): void;
}

/** What a disclosure is made of. */
export interface DisclosureTask {
  readonly rows: RawStore;
  readonly question: Question;
  readonly signer: DisclosureSigner;
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly bodies: "whole" | "named";
}

/** What came of it. */
export interface Disclosed {
  readonly note: string;
  readonly document: DisclosureDocument;
}

/**
 * Writes everything that the relay holds about an account or a log: the rows as they are (`rows/TABLE.jsonl`), an
 * inventory with every line of the data map (`document.json`), the map, a page for people, and a signed note over all of
 * them. Rows pass through memory a few at a time.
 *
 * @throws DisclosureError `map-incomplete` where the map does not list exactly the columns that there are
 */
export function writeDisclosure(task: DisclosureTask, to: DisclosureSink): Disclosed {
  const { rows, question, signer, day, bodies } = task;
  requireWholeMap(rows);
  const files: DisclosedFile[] = [];
  const write = (path: string, pieces: Iterable<Uint8Array>) => files.push(writeHashed(to, path, pieces));
  const subject = subjectOf(rows, question);
  const facts = new Facts();
  const tables = rows.tablesOf(question.kind);
  for (const table of tables) {
    const found = subject === undefined ? [] : rows.rows(table, subject, columnsOf(table), bodies);
    write(
      `rows/${table}.jsonl`,
      jsonLines(found, (row) => facts.see(table, row)),
    );
  }
  const isFound = facts.count(question.kind === "account" ? "accounts" : "logs") > 0;
  const document: DisclosureDocument = {
    format: "redoubt/disclosure/v1",
    relay: signer.key.name,
    key: signer.verifierKey,
    day: isoDay(day),
    question,
    found: isFound,
    bodies,
    account: isFound && subject?.kind === "account" ? facts.account(subject.id) : null,
    log: isFound && subject?.kind === "log" ? facts.log() : null,
    absent: absentFor(question),
    dataMap: dataMapHash,
    inventory: dataMap.map((line) => ({ ...line, finding: find(line, question, facts) })),
  };
  write("data-map.json", [dataMapFile]);
  write("document.json", [utf8(`${JSON.stringify(document, undefined, 2)}\n`)]);
  write("index.html", [utf8(renderPage(document, files))]);
  const statement = formatStatement({
    relay: document.relay,
    question: questionText(question),
    day: document.day,
    dataMap: dataMapHash,
    rows: tables.map((table) => ({ table, count: facts.count(table) })),
    files,
  });
  return { note: signNote(statement, signer.key, signer.sign), document };
}

/** What is not on the map would not be disclosed, and nobody would see that it is missing. */
function requireWholeMap(rows: RawStore): void {
  const real = new Set(rows.columns());
  const mapped = new Set(dataMap.flatMap(({ place, name }) => (place === "column" ? [name] : [])));
  const apart = [...[...real].filter((name) => !mapped.has(name)), ...[...mapped].filter((name) => !real.has(name))];
  if (apart.length > 0) throw new DisclosureError("map-incomplete", apart.join(", "));
}

function subjectOf(rows: RawStore, question: Question): RawSubject | undefined {
  if (question.kind === "log") return { kind: "log", id: new Uint8Array(Buffer.from(question.id, "hex")) };
  const id = rows.accountOf(question.name);
  return id === undefined ? undefined : { kind: "account", id };
}

/** The columns of a table that the map lists: what is read of it. */
function columnsOf(table: string): readonly string[] {
  return dataMap.flatMap(({ place, name }) => {
    const [owner, column] = name.split(".");
    return place === "column" && owner === table && column !== undefined ? [column] : [];
  });
}

function find(
  { place, subject, name }: DataMapLine,
  question: Question,
  facts: Facts,
): DisclosureDocument["inventory"][number]["finding"] {
  if (place === "memory") return { kind: "memory" };
  if (place !== "column" || subject !== question.kind) return { kind: "unlinked" };
  return { kind: "rows", count: facts.count(name.split(".")[0] as string) };
}

/** A row as a line of JSON: numbers and texts as they are, bytes in hexadecimal, bodies that are only named by size. */
function* jsonLines(rows: Iterable<RawRow>, see: (row: RawRow) => void): Generator<Uint8Array, void, void> {
  for (const row of rows) {
    see(row);
    const cells = [...row].map(([column, value]) => [column, value instanceof Uint8Array ? hex(value) : value]);
    yield utf8(`${JSON.stringify(Object.fromEntries(cells))}\n`);
  }
}

/** The engine's own: an entry may have 4 MiB. */
function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}

function writeHashed(to: DisclosureSink, path: string, pieces: Iterable<Uint8Array>): DisclosedFile {
  const hash = createHash("sha256");
  let bytes = 0;
  function* hashed() {
    for (const piece of pieces) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
  }
  to.write(path, hashed());
  return { path, bytes, sha256: hash.digest("hex") };
}
