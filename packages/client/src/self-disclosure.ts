import { CborError, decodeCbor, fromUtf8, toHex, utf8 } from "@redoubt/base";
import { type ConversationContext, hashingOf } from "@redoubt/conversation";
import type { Store } from "@redoubt/store";
import { type DisclosureStatement, openNote, parseStatement, parseVerifierKey, TranslogError } from "@redoubt/translog";
import type { Session } from "@redoubt/transport";
import { type DisclosureDocument, limits, type NamedOp, readDataMap, readDisclosureDocument } from "@redoubt/wire";
import { ClientError } from "./error.js";
import type { OwnDevice } from "./own-device.js";
import type { DisclosureInfo } from "./sdk.js";

/** Where the store keeps the key that the relay signed the first disclosure by. */
const keyName = "disclosure-key";

const noteFile = "disclosure.note";
const maxFiles = 100;

interface Ports {
  readonly context: ConversationContext;
  readonly store: Store;
  readonly own: OwnDevice;
}

/**
 * Asks the relay what it holds on our account, and believes the answer only if it is whole, about us, and signed by the
 * key that it was signed by before. The key of the first answer is kept.
 *
 * @param isNewKeyTaken takes a new key for the one that was kept
 * @throws ClientError `disclosure-false`, `disclosure-key-changed`; what transport and relay say
 */
export async function discloseSelf(
  ports: Ports,
  session: Session<NamedOp>,
  isNewKeyTaken: boolean,
): Promise<DisclosureInfo> {
  const { note, bundle } = await fetchPages(session);
  const files = readFiles(bundle);
  const document = readDocument(files);
  const kept = ports.store.meta.get(keyName);
  const known = kept === undefined || isNewKeyTaken ? undefined : fromUtf8(kept);
  if (known !== undefined && known !== document.key) throw new ClientError("disclosure-key-changed");
  const statement = verify(ports, { note, key: document.key, files });
  const { account } = document;
  if (account === null || contradiction(ports.own, statement, document, files)) {
    throw new ClientError("disclosure-false", "it contradicts itself");
  }
  ports.store.meta.set(keyName, utf8(document.key));
  return {
    relay: document.relay,
    key: document.key,
    isKeyNew: known === undefined,
    day: document.day,
    account,
    rows: statement.rows,
    absent: document.absent,
    inventory: document.inventory,
    files: [...[...files].map(([path, content]) => ({ path, content })), { path: noteFile, content: utf8(note) }],
  };
}

async function fetchPages(session: Session<NamedOp>): Promise<{ readonly note: string; readonly bundle: Uint8Array }> {
  const [pages, note, first] = await session.request("disclose", [0]);
  const parts = [first];
  for (let page = 1; page < pages; page++) {
    const [again, sameNote, bytes] = await session.request("disclose", [page]);
    if (again !== pages || sameNote !== note)
      throw new ClientError("disclosure-false", "its pages do not belong together");
    parts.push(bytes);
  }
  const bundle = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bundle.set(part, at);
    at += part.length;
  }
  return { note, bundle };
}

function readFiles(bundle: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const value = orFalse(() => decodeCbor(bundle, { maxBytes: limits.disclosurePage * limits.disclosurePages }));
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  const files = new Map<string, Uint8Array>();
  for (const file of list) {
    const [path, content, ...more]: readonly unknown[] = Array.isArray(file) ? file : [];
    if (typeof path !== "string" || !(content instanceof Uint8Array) || more.length > 0 || files.has(path)) {
      throw new ClientError("disclosure-false", "it is no list of files");
    }
    files.set(path, content);
  }
  if (files.size === 0 || files.size > maxFiles) throw new ClientError("disclosure-false", "it is no list of files");
  return files;
}

function readDocument(files: ReadonlyMap<string, Uint8Array>): DisclosureDocument {
  const document = readDisclosureDocument(json(files.get("document.json")));
  if (document === undefined) throw new ClientError("disclosure-false", "its document cannot be read");
  return document;
}

function verify(
  { context }: Ports,
  signed: { readonly note: string; readonly key: string; readonly files: ReadonlyMap<string, Uint8Array> },
): DisclosureStatement {
  const { note, key, files } = signed;
  const hashing = hashingOf(context.provider);
  const statement = orFalse(() =>
    parseStatement(openNote(note, parseVerifierKey(hashing.sha256, key), hashing.verify)),
  );
  const isWhole =
    statement.files.length === files.size &&
    statement.files.every(({ path, bytes, sha256 }) => {
      const content = files.get(path);
      return content !== undefined && content.length === bytes && toHex(hashing.sha256(content)) === sha256;
    });
  if (!isWhole) throw new ClientError("disclosure-false", "its files are not what was signed");
  return statement;
}

/** Whether what was signed does not agree with itself, or is about somebody else. */
function contradiction(
  { account }: OwnDevice,
  statement: DisclosureStatement,
  document: DisclosureDocument,
  files: ReadonlyMap<string, Uint8Array>,
): boolean {
  const map = readDataMap(json(files.get("data-map.json")));
  const inventory = document.inventory.map(({ finding: _, ...line }) => line);
  const { question } = document;
  const agrees =
    statement.question === `account ${account.username}` &&
    question.kind === "account" &&
    question.name === account.username &&
    document.relay === statement.relay &&
    document.day === statement.day &&
    document.dataMap === statement.dataMap &&
    statement.files.some(({ path, sha256 }) => path === "data-map.json" && sha256 === statement.dataMap) &&
    JSON.stringify(inventory) === JSON.stringify(map) &&
    document.account?.id === toHex(account.accountId);
  const counted = statement.rows.every(({ table, count }) => linesIn(files.get(`rows/${table}.jsonl`)) === count);
  return !(agrees && counted);
}

function linesIn(content: Uint8Array | undefined): number | undefined {
  return content?.reduce((lines, byte) => (byte === 10 ? lines + 1 : lines), 0);
}

function json(content: Uint8Array | undefined): unknown {
  const text = content === undefined ? undefined : fromUtf8(content);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function orFalse<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TranslogError) && !(error instanceof CborError)) throw error;
    throw new ClientError("disclosure-false", undefined, error);
  }
}
