import type { DisclosedFile } from "@redoubt/translog";
import type { DisclosureDocument } from "@redoubt/wire";
import { type Html, html } from "./html.js";

/** What the tables are called where a person reads of them. */
const titles: Readonly<Record<string, string>> = {
  accounts: "The account: its id and its user name",
  account_entries: "Its public, signed entries: the names and public keys of its devices",
  devices: "Its devices: their public keys and inbox ids",
  key_packages: "Unclaimed key packages: public keys by which others can write to a device",
  inboxes: "Inboxes: how many items ever came, and the hash of the permission to post",
  inbox_items: "Sealed items that a device has not fetched yet",
  logs: "The log: its id, and public keys by which its members write",
  log_entries: "Sealed entries that have not expired yet",
};

/** The answer in one paragraph. */
export function answer(document: DisclosureDocument): Html {
  const { question, account, log } = document;
  if (question.kind === "account" && account === null) {
    return html`<p><strong>There is no account named @${question.name} on this relay.</strong></p>
<p>Nothing is held under this name. What the relay holds about other accounts and about conversations cannot be linked to
it.</p>`;
  }
  if (account !== null) {
    return html`<p><strong>There is such an account. The relay holds its public identity, and sealed items that nobody but
its devices can open.</strong></p>
<p>${plural(account.entries?.length ?? rowsOf(document, "account_entries"), "public entry", "public entries")} with the
day of each, ${plural(account.devices, "device", "devices")}, ${plural(account.keyPackages, "unclaimed key package", "unclaimed key packages")},
${plural(total(account.inboxItems), "sealed item that waits", "sealed items that wait")} to be fetched. No message, no contact, no
group, no network address, no time of day.</p>`;
  }
  if (log !== null) {
    return html`<p><strong>There is such a log. The relay holds ciphertext that its members have sealed, under random
ids.</strong></p>
<p>${plural(total(log.entries), "sealed entry", "sealed entries")} with the day of each. Who wrote them, who reads them,
and what they say is not held and cannot be found out from what is.</p>`;
  }
  return html`<p><strong>There is no such log on this relay.</strong></p>
<p>Nothing is held under this id. A log that was deleted leaves no trace of having been there.</p>`;
}

/** The facts, and the files with the rows. */
export function existing(document: DisclosureDocument, files: readonly DisclosedFile[]): Html {
  const { account, log, found } = document;
  const parts = [
    ...(account === null ? [] : [accountFacts(account)]),
    ...(log === null ? [] : [days("Sealed entries by the day on which they came", log.entries)]),
    ...(found ? [] : [html`<p>Nothing. Every table that could hold something was searched, and gave no row.</p>`]),
  ];
  return html`${parts}${rowFiles(document, files)}`;
}

function accountFacts({ id, entries, inboxItems }: NonNullable<DisclosureDocument["account"]>): Html {
  const rows = entries?.map(
    ({ kind, day, devices }, at) =>
      html`<tr><td data-label="Entry">${at}</td><td data-label="What it states">${entryText(kind)}</td><td data-label="Day">${day}</td><td class="number" data-label="Devices">${devices}</td></tr>`,
  );
  const table =
    rows === undefined
      ? html`<p>The account’s entries cannot be read as a chain. They stand in the rows as they are.</p>`
      : html`<table><caption>The account’s public entries. Anyone who knows the name can look them up.</caption>
<thead><tr><th scope="col">Entry</th><th scope="col">What it states</th><th scope="col">Day</th><th scope="col" class="number">Devices</th></tr></thead>
<tbody>${rows}</tbody></table>`;
  return html`<p>The account’s id is <code>${id}</code>: the SHA-256 of its first entry.</p>
${table}
${days("Sealed items not fetched yet, by the day on which they came", inboxItems)}`;
}

function days(caption: string, list: readonly { readonly day: string; readonly count: number }[]): Html {
  if (list.length === 0) return html`<p>${caption}: none.</p>`;
  const rows = list.map(
    ({ day, count }) =>
      html`<tr><td data-label="Day">${day}</td><td class="number" data-label="Number">${count}</td></tr>`,
  );
  return html`<table><caption>${caption}.</caption>
<thead><tr><th scope="col">Day</th><th scope="col" class="number">Number</th></tr></thead>
<tbody>${rows}</tbody></table>`;
}

function rowFiles({ bodies, ...document }: DisclosureDocument, files: readonly DisclosedFile[]): Html {
  const rows = files
    .filter(({ path }) => path.startsWith("rows/"))
    .map(({ path, bytes, sha256 }) => {
      const table = path.slice("rows/".length, -".jsonl".length);
      return html`<tr><td data-label="File"><code>${path}</code><span class="more">${titles[table] ?? table}</span><span class="hash">${sha256}</span></td><td class="number" data-label="Rows">${rowsOf(document, table)}</td><td class="number" data-label="Bytes">${bytes}</td></tr>`;
    });
  const named =
    bodies === "named"
      ? html`<p>Key packages and sealed items stand there by their length in bytes beside their digest: the account’s
own devices have them, or can fetch them.</p>`
      : html``;
  return html`<table><caption>The rows as they are stored, one file for each table that could hold something. Under each: what it is, and the file’s SHA-256.</caption>
<thead><tr><th scope="col">File</th><th scope="col" class="number">Rows</th><th scope="col" class="number">Bytes</th></tr></thead>
<tbody>${rows}</tbody></table>
${named}`;
}

function rowsOf({ inventory }: Pick<DisclosureDocument, "inventory">, table: string): number {
  const line = inventory.find(({ place, name }) => place === "column" && name.startsWith(`${table}.`));
  return line?.finding.kind === "rows" ? line.finding.count : 0;
}

function total(list: readonly { readonly count: number }[]): number {
  return list.reduce((sum, { count }) => sum + count, 0);
}

function plural(count: number, one: string, many: string): string {
  return `${count === 0 ? "no" : count} ${count === 1 ? one : many}`;
}

function entryText(kind: string): string {
  const texts: Readonly<Record<string, string>> = {
    genesis: "The account was made",
    devices: "Its devices changed",
    recovery: "Its recovery key changed",
    move: "It moved to another relay",
    tombstone: "It was ended",
  };
  return texts[kind] ?? kind;
}
