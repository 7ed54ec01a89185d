import { mkdirSync } from "node:fs";
import path from "node:path";
import type { DisclosureInfo } from "@redoubt/client";
import type { ClientCommand } from "./command.js";
import { toFileError } from "./files/file-error.js";
import { writeNewFile } from "./home.js";
import { printableLine, type Style } from "./text.js";

const discloseMe: ClientCommand = {
  kind: "client",
  usage: "[--out DIR] [--new-key]",
  summary: "says what the relay holds about oneself, by its own signed word; --out keeps it, with a page to read",
  run: async (client, { options, out }) => {
    const disclosure = await client.discloseMe({ newKey: options.has("--new-key") });
    const chosen = options.get("--out");
    const folder = chosen === undefined ? undefined : path.resolve(chosen);
    if (folder !== undefined) writeFolder(folder, disclosure.files);
    const { files, ...said } = disclosure;
    const sizes = files.map((file) => ({ path: file.path, size: file.content.length }));
    out.result({ ...said, files: sizes, folder }, (style) => describe(disclosure, folder, style));
  },
};

/** Writes the files of a disclosure into a new folder. @throws FileError */
function writeFolder(folder: string, files: DisclosureInfo["files"]): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
    for (const { path: name, content } of files) {
      // A relay chose the names; the client has held them against the form of the note's, which stay in the folder.
      mkdirSync(path.dirname(path.join(folder, name)), { mode: 0o700, recursive: true });
      writeNewFile(path.join(folder, name), content);
    }
  } catch (error) {
    throw toFileError(error, "not-written");
  }
}

function describe(disclosure: DisclosureInfo, folder: string | undefined, { bold, dim }: Style): string {
  const { relay, key, isKeyNew, day, account, absent } = disclosure;
  const waiting = account.inboxItems.map(({ day: came, count }) => `${count} on ${came}`).join(", ");
  return [
    `${bold(`What ${printableLine(relay)} holds about you`)}, by its signed word of ${day}:`,
    `  your name, account ${account.id}`,
    ...(account.entries ?? []).map((entry, at) => `  entry ${at}: ${printableLine(entry.kind)}, ${entry.day}`),
    `  ${account.devices} ${account.devices === 1 ? "device" : "devices"}, by public key`,
    `  ${account.keyPackages} unclaimed key packages (public keys)`,
    `  sealed items not fetched yet: ${waiting === "" ? "none" : waiting}`,
    "",
    bold("What it says it holds nowhere:"),
    ...absent.map(({ what }) => `  ${printableLine(what)}`),
    "",
    dim(
      `Signed by ${printableLine(key)}${isKeyNew ? ", seen for the first time and kept from now on" : ", as before"}.`,
    ),
    ...(folder === undefined ? [] : [`Kept in ${folder}; the page to read is ${path.join(folder, "index.html")}.`]),
  ].join("\n");
}

export const disclosureCommands = { "disclose-me": discloseMe };
