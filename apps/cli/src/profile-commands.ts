import { readFileSync, statSync } from "node:fs";
import { nameOf } from "./account-commands.js";
import { catchUp } from "./catch-up.js";
import type { ClientCommand } from "./command.js";
import { printableLine } from "./text.js";
import { UsageError } from "./usage-error.js";

/** More than any profile's picture: what is longer is not read at all. */
const longestFile = 1024 * 1024;

function readPicture(path: string): Uint8Array {
  if (statSync(path).size > longestFile) throw new UsageError("bad-value", "--picture: the file is too large");
  return new Uint8Array(readFileSync(path));
}

const profile: ClientCommand = {
  kind: "client",
  usage: "[--name TEXT] [--picture FILE] [--of NAME]",
  summary: "shows a profile; --name and --picture change one's own, which people one talks to see",
  isLocal: (options) => !options.has("--name") && !options.has("--picture"),
  run: async (client, { options, out }) => {
    const [name, file, of] = ["--name", "--picture", "--of"].map((option) => options.get(option));
    if (name !== undefined || file !== undefined) {
      client.setProfile({
        ...(name !== undefined && { name }),
        ...(file !== undefined && { picture: readPicture(file) }),
      });
      await catchUp(client);
    }
    const username = of === undefined ? client.whoami().username : nameOf(of);
    const shown = client.profile(username);
    const picture = shown.picture && Buffer.from(shown.picture).toString("base64");
    out.result({ username, name: shown.name, picture }, ({ bold, dim }) => {
      const about = picture === undefined ? "" : ` ${dim("with a picture")}`;
      return `${bold(`@${username}`)} ${printableLine(shown.name)}${about}`.trimEnd();
    });
  },
};

/** @throws UsageError `bad-value` for anything but on and off */
function switchOf(name: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text !== "on" && text !== "off") throw new UsageError("bad-value", `${name} ${text}`);
  return text === "on";
}

const settings: ClientCommand = {
  kind: "client",
  usage: "[--receipts on|off] [--typing on|off]",
  summary: "shows and changes what others are told: that one has got and read messages, that one types",
  isLocal: () => true,
  run: async (client, { options, out }) => {
    const receipts = switchOf("--receipts", options.get("--receipts"));
    const typing = switchOf("--typing", options.get("--typing"));
    const now = client.settings({
      ...(receipts !== undefined && { receipts }),
      ...(typing !== undefined && { typing }),
    });
    const word = (isOn: boolean) => (isOn ? "on" : "off");
    out.result({ receipts: now.receipts, typing: now.typing }, () =>
      [`receipts ${word(now.receipts)}`, `typing ${word(now.typing)}`].join("\n"),
    );
  },
};

export const profileCommands = { profile, settings };
