import { closeSync, existsSync, mkdirSync, openSync, utimesSync, writeSync } from "node:fs";
import path from "node:path";
import { type Clock, utf8 } from "@redoubt/base";
import { withSnapshot } from "@redoubt/relay-store";
import { DisclosureError } from "./disclosure-error.js";
import { loadDisclosureKey } from "./disclosure-key.js";
import type { Question } from "./question.js";
import { type Disclosed, type DisclosureSink, noteFile, writeDisclosure } from "./write-disclosure.js";

const dayMs = 86_400_000;

export interface DiscloseOptions {
  /** The data folder; a relay may be running on it. */
  readonly data: string;
  readonly question: Question;
  /** A folder that does not exist yet. */
  readonly out: string;
  readonly clock?: Clock;
}

/**
 * Writes into a new folder everything that a data folder holds about an account or a log, as of one moment. The folder's
 * files say of their times no more than the day, as far as a program can set them.
 *
 * @throws DisclosureError, StoreError
 */
export function discloseToFolder({ data, question, out, clock = Date.now }: DiscloseOptions): Disclosed {
  const day = Math.floor(clock() / dayMs);
  const signer = loadDisclosureKey(data);
  return withSnapshot(data, (rows) => {
    const folder = new FolderSink(out, day);
    const disclosed = writeDisclosure({ rows, question, signer, day, bodies: "whole" }, folder);
    folder.write(noteFile, [utf8(disclosed.note)]);
    folder.finish();
    return disclosed;
  });
}

class FolderSink implements DisclosureSink {
  readonly #folder: string;
  readonly #midnight: Date;
  readonly #folders = new Set<string>();

  constructor(folder: string, day: number) {
    if (existsSync(folder)) throw new DisclosureError("out-exists", folder);
    this.#folder = folder;
    this.#midnight = new Date(day * dayMs);
    this.#make(folder);
  }

  write(name: string, pieces: Iterable<Uint8Array>): void {
    const file = path.join(this.#folder, name);
    this.#make(path.dirname(file));
    const handle = orNotWritable(() => openSync(file, "wx", 0o600));
    try {
      for (const piece of pieces) writeAll(handle, piece);
    } finally {
      closeSync(handle);
    }
    utimesSync(file, this.#midnight, this.#midnight);
  }

  /** A folder's time is that of its newest file. */
  finish(): void {
    for (const folder of this.#folders) utimesSync(folder, this.#midnight, this.#midnight);
  }

  #make(folder: string): void {
    if (this.#folders.has(folder)) return;
    orNotWritable(() => mkdirSync(folder, { mode: 0o700, recursive: true }));
    this.#folders.add(folder);
  }
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    const from = at;
    at += orNotWritable(() => writeSync(handle, bytes, from));
  }
}

function orNotWritable<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new DisclosureError("out-not-writable", undefined, error);
  }
}
