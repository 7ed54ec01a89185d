import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type DisclosureStatement, openNote, parseStatement, parseVerifierKey, TranslogError } from "@redoubt/translog";
import { type DisclosureDocument, readDisclosureDocument } from "@redoubt/wire";
import { verifyEd25519 } from "../ed25519.js";
import { sha256 } from "../sha256.js";
import { DisclosureError } from "./disclosure-error.js";
import { questionText } from "./question.js";
import { noteFile } from "./write-disclosure.js";

/** What checking a disclosure comes to. */
export interface Verified {
  readonly statement: DisclosureStatement;
  /** The key that has signed it. Without a key of one's own, this is only what the disclosure says of itself. */
  readonly key: string;
  /** Everything that is wrong with it; empty for a disclosure that holds. */
  readonly faults: readonly DisclosureError[];
}

/**
 * Checks a disclosure with nothing but its folder: the note's signature, every file's hash, that none is missing and none
 * was added, and that note, document and rows say the same.
 *
 * @param expectedKey the relay's verifier key, from elsewhere
 * @throws DisclosureError `no-disclosure`, `other-key`; TranslogError for a note that does not hold
 */
export async function verifyFolder(folder: string, expectedKey?: string): Promise<Verified> {
  const note = path.join(folder, noteFile);
  if (!existsSync(note)) throw new DisclosureError("no-disclosure");
  const document = readDocument(folder);
  const key = expectedKey ?? document?.key;
  if (key === undefined) throw new DisclosureError("file-altered", "document.json");
  const statement = parseStatement(openBy(key, readFileSync(note, "utf8")));
  const faults: DisclosureError[] = [];
  const lines = new Map<string, number>();
  for (const { path: name, bytes, sha256: hash } of statement.files) {
    const found = await readThrough(path.join(folder, name));
    if (found === undefined) faults.push(new DisclosureError("file-missing", name));
    else if (found.hash !== hash || found.bytes !== bytes) faults.push(new DisclosureError("file-altered", name));
    else lines.set(name, found.lines);
  }
  const known = new Set([noteFile, ...statement.files.map((file) => file.path)]);
  for (const name of filesOf(folder)) if (!known.has(name)) faults.push(new DisclosureError("file-added", name));
  if (faults.length === 0) faults.push(...contradictions(statement, document, lines));
  return { statement, key, faults };
}

/** @throws DisclosureError `other-key`; TranslogError */
function openBy(key: string, note: string): string {
  try {
    return openNote(note, parseVerifierKey(sha256, key), verifyEd25519);
  } catch (error) {
    if (error instanceof TranslogError && error.code === "not-signed") throw new DisclosureError("other-key");
    throw error;
  }
}

/** A signer could sign files that do not agree with each other. */
function contradictions(
  statement: DisclosureStatement,
  document: DisclosureDocument | undefined,
  lines: ReadonlyMap<string, number>,
): DisclosureError[] {
  const map = statement.files.find(({ path: name }) => name === "data-map.json");
  const agrees =
    document !== undefined &&
    document.relay === statement.relay &&
    document.day === statement.day &&
    questionText(document.question) === statement.question &&
    document.dataMap === statement.dataMap &&
    map?.sha256 === statement.dataMap;
  const differing = statement.rows.filter(({ table, count }) => lines.get(`rows/${table}.jsonl`) !== count);
  return [
    ...(agrees ? [] : [new DisclosureError("contradicts-note", "document.json")]),
    ...differing.map(({ table }) => new DisclosureError("contradicts-note", `rows/${table}.jsonl`)),
  ];
}

function readDocument(folder: string): DisclosureDocument | undefined {
  try {
    return readDisclosureDocument(JSON.parse(readFileSync(path.join(folder, "document.json"), "utf8")));
  } catch {
    return undefined;
  }
}

/** Reads a file a piece at a time; undefined where there is none. */
async function readThrough(
  file: string,
): Promise<{ readonly hash: string; readonly bytes: number; readonly lines: number } | undefined> {
  if (!existsSync(file)) return undefined;
  const hash = createHash("sha256");
  let [bytes, lines] = [0, 0];
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(piece);
    bytes += piece.length;
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines += 1;
  }
  return { hash: hash.digest("hex"), bytes, lines };
}

function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name, parentPath }) => path.relative(folder, path.join(parentPath, name)).split(path.sep).join("/"));
}
