import type { DisclosedFile } from "@redoubt/translog";
import type { DisclosureDocument } from "@redoubt/wire";
import { type Html, html } from "./html.js";
import { answer, existing } from "./page-answer.js";
import { inventory } from "./page-inventory.js";
import { pagePolicy, pageStyle } from "./page-style.js";

/**
 * The disclosure as one page that a person reads: HTML without a script, that loads nothing.
 *
 * @param files all that were written before it
 */
export function renderPage(document: DisclosureDocument, files: readonly DisclosedFile[]): string {
  const title = `Disclosure: ${subjectText(document)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${html`${pagePolicy}`.markup}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${html`${title}`.markup}</title>
<style>${pageStyle}</style>
</head>
<body>
${body(document, files).markup}
</body>
</html>
`;
}

/** What was asked about, in words. */
function subjectText({ question }: DisclosureDocument): string {
  return question.kind === "account" ? `the account @${question.name}` : `the log ${question.id.slice(0, 8)}…`;
}

function body(document: DisclosureDocument, files: readonly DisclosedFile[]): Html {
  const { relay, day, question, dataMap } = document;
  const asked =
    question.kind === "account"
      ? html`Everything held about the account of the user name <strong>@${question.name}</strong>`
      : html`Everything held about the log <code>${question.id}</code>`;
  return html`<main>
<header>
<p class="brand">Redoubt &middot; Disclosure of stored data</p>
<h1>What this relay holds about ${subjectText(document)}</h1>
<dl class="facts">
<dt>Relay</dt><dd>${relay}</dd>
<dt>Answered on</dt><dd>${day}</dd>
<dt>Asked</dt><dd>${asked}</dd>
<dt>Signed by</dt><dd><code>${document.key}</code></dd>
</dl>
<div class="answer">${answer(document)}</div>
</header>
<section>
<h2>1. What was asked, and how it was answered</h2>
<p>The relay is the server side of an end-to-end encrypted messenger. It carries messages between people’s devices, which
seal them before they leave and open them where they arrive. The relay has no key that opens one.</p>
<p>This answer was made by a program that is part of the relay, from its database at a single moment. The program knows a
list of everything that the relay can store, the <em>data map</em>; it reads from every line of the list whatever belongs
to what was asked, and refuses to answer if the database has a column that is not on the list. The list, with what was
found for each line, is the annex of this page. Days are days of Coordinated Universal Time (UTC).</p>
</section>
<section>
<h2>2. What exists</h2>
${existing(document, files)}
</section>
<section>
<h2>3. What does not exist, and why it cannot</h2>
<p>The following is not in this disclosure because it is not held: neither in the rows above nor elsewhere on the relay.</p>
<dl class="absent">${document.absent.map(({ what, why }) => html`<div><dt>${what}</dt><dd>${why}</dd></div>`)}</dl>
</section>
<section>
<h2>4. How to check this disclosure</h2>
<p>The file <code>disclosure.note</code> states the question, the day, the number of rows in each table, and the SHA-256 of
every file of this disclosure, this page included. It is signed by the relay’s disclosure key. Nothing can be changed,
left out or added afterwards without it being seen. No word with the relay or its operator is needed to check it:</p>
<ol>
<li>Get the relay’s key from somewhere else than this folder: from the relay at <code>/v1/disclosure-key</code>, from an
earlier disclosure, or from a user’s device, which keeps it. It must be the one under &ldquo;Signed by&rdquo; above.</li>
<li>With the relay’s program, which anybody can install:
<pre>redoubt-relay disclose verify DIRECTORY --key '${document.key}'</pre></li>
<li>Or without it: compare <code>sha256sum</code> of each file with the note, and verify the note’s signature by any
implementation of C2SP signed notes (Ed25519 over the text up to the empty line).</li>
<li>The person concerned can get the same list from the relay without the operator’s help, and compare:
<pre>redoubt disclose-me --out DIRECTORY</pre></li>
</ol>
<p>The data map that was used has the SHA-256</p>
<p><code>${dataMap}</code></p>
<p>It belongs to the published source of this version of the relay. A version that collects more has another map, and
another hash.</p>
</section>
<section>
<h2>5. What this page claims, and what it does not</h2>
<ul>
<li>It claims that what is listed is everything that the published version of the relay stores about what was asked. That
is a statement about the published program, which is tested against it: each column, file, log line and metric is
compared with the map.</li>
<li>It cannot prove that the operator runs that program and no other, has not copied the network’s traffic, and keeps no
backups. A backup of the database holds the same columns as of its own day.</li>
<li>While somebody is connected, any relay sees an address, times, and the sizes of what passes. This relay writes none of
that down; a changed one could.</li>
<li>Files named under &ldquo;rows&rdquo; are the stored values as they are: numbers and texts as such, bytes in hexadecimal.
What is marked ciphertext can be handed over, and cannot be read without a member’s device.</li>
</ul>
</section>
<section class="annex">
<h2>Annex. The data map, with what was found</h2>
<p>Every line of the map stands here: every column of the database, every file, every field of the log, every metric, and
what is kept in memory alone.</p>
${inventory(document)}
</section>
<footer>Redoubt relay ${relay} &middot; ${day} &middot; data map <code>${dataMap.slice(0, 16)}</code></footer>
</main>`;
}
