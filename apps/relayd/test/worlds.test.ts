import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const folder = fileURLToPath(new URL("../../../packages/relay-core/src/", import.meta.url));

/** The code of a file, without its comments. */
const codeOf = (file: string) =>
  readFileSync(path.join(folder, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "");

const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
const ofLogs = files.filter((file) => /^log/.test(file));
const ofAccounts = files.filter((file) => /^(account|device|inbox|invite|key-package|named-)/.test(file));

/** Words by which a file of one world would reach into the other. */
const words = {
  ofAccounts: /\b(accounts?|accountId|devices?|deviceId|inbox(es)?|inboxId|invites?|keyPackages?|username)\b/,
  ofLogs: /\b(logs?|logId|log-[a-z]+|watches|book)\b/,
};

it("what the relay does with logs knows nothing of accounts", () => {
  expect(ofLogs).toEqual(expect.arrayContaining(["log-book.ts", "log-store.ts", "log-watches.ts", "logs.ts"]));
  for (const file of ofLogs) expect({ file, reaches: words.ofAccounts.exec(codeOf(file))?.[0] }).toEqual({ file });
});

it("what it does with accounts, devices and inboxes knows nothing of logs", () => {
  const known = ["account-store.ts", "accounts.ts", "devices.ts", "inboxes.ts", "key-packages.ts", "named-session.ts"];
  expect(ofAccounts).toEqual(expect.arrayContaining(known));
  for (const file of ofAccounts) expect({ file, reaches: words.ofLogs.exec(codeOf(file))?.[0] }).toEqual({ file });
});

it("the search would see it: what composes both names both", () => {
  const code = codeOf("services.ts");
  for (const word of Object.values(words)) expect(code).toMatch(word);
});
