import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { CodedError } from "@redoubt/base";
import { examineFolder, type FolderFacts } from "@redoubt/relay-store";
import { type Finding, fail, ok, warn } from "./finding.js";

/** A write-ahead log beyond this was not cut down for long. */
const longJournal = 256 * 2 ** 20;

/** Who owns the folder and who else may look into it. */
export async function* checkModes(folder: string, user = process.getuid?.()): AsyncGenerator<Finding> {
  const top = await stat(folder);
  if (user !== undefined && user !== 0 && top.uid !== user) {
    const says = `The folder belongs to user ${top.uid}, and this is user ${user}`;
    yield fail("owner", says, "Run this, and the relay, as the user that the folder belongs to");
  } else yield ok("owner", `user ${top.uid}`);
  const open: string[] = [];
  if ((top.mode & 0o077) !== 0) open.push(".");
  for (const name of await readdir(folder)) {
    const found = await stat(path.join(folder, name));
    // The lock says nothing.
    if ((found.mode & 0o077) !== 0 && (top.mode & 0o077) !== 0 && name !== "relay.lock") open.push(name);
    if (found.uid !== top.uid) {
      yield fail("owner", `${name} belongs to user ${found.uid}`, `chown -R ${top.uid} on the folder, relay stopped`);
    }
  }
  if (open.length === 0) yield ok("modes", "nobody else may look into the folder");
  else yield fail("modes", `Others may look into: ${open.join(", ")}`, "chmod -R go= on the folder");
}

/** What the store says of the folder: undefined if it says nothing. */
export function examine(folder: string): FolderFacts | Finding {
  try {
    const facts = examineFolder(folder);
    return facts ?? fail("database", "There is no relay's database in the folder", "Check --data");
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return fail("database", error.message, "Stop the relay, keep a copy of the folder, restore the newest backup");
  }
}

export function* checkFacts({ isRunning, schema, damage, journalBytes, blobs }: FolderFacts): Generator<Finding> {
  yield ok("relay", isRunning ? "a relay is running on this folder" : "no relay is running on this folder");
  if (damage.length === 0) yield ok("database", "every page is as it should be");
  else {
    const advice = "Stop the relay, keep a copy of the folder, restore the newest backup (docs/operations.md)";
    yield fail("database", `The database is damaged: ${damage.slice(0, 3).join("; ")}`, advice);
  }
  yield checkSchema(schema);
  const mib = `${Math.ceil(journalBytes / 2 ** 20)} MiB of write-ahead log`;
  if (journalBytes <= longJournal) yield ok("journal", mib);
  else
    yield warn(
      "journal",
      mib,
      "Something reads the database for long, or the disk is full: look, then restart the relay",
    );
  yield checkBlobs(blobs);
}

function checkSchema({ is, wanted }: FolderFacts["schema"]): Finding {
  if (is === wanted) return ok("schema", `version ${is}`);
  if (is > wanted)
    return fail("schema", `version ${is}, and this program knows ${wanted}`, "Use the newer relay again");
  return warn("schema", `version ${is}; this program brings it to ${wanted}`, "Back up, then restart the relay");
}

function checkBlobs({ count, withoutFile, withoutRow }: FolderFacts["blobs"]): Finding {
  if (withoutFile > 0) {
    const says = `${withoutFile} of ${count} files of people have lost bytes`;
    return fail("files", says, "Check the disk; whoever has the file has to send it again");
  }
  if (withoutRow === 0) return ok("files", `${count} files of people`);
  const says = `${count} files of people; ${withoutRow} more that nothing speaks of`;
  return warn("files", says, "Nothing: the next night removes them, unless they are uploads that just begin");
}
