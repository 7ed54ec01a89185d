import { StoreError } from "../error.js";

/** What it costs to try a passphrase (RFC 9106). */
interface Argon2Cost {
  readonly memoryKiB: number;
  readonly passes: number;
}

/** A home's key as it is kept: sealed by a key that the browser does not give out, and by a passphrase within that. */
export interface KeyRecord {
  readonly version: 1;
  /** AES-GCM with 256 bits, not extractable. */
  readonly wrapping: CryptoKey;
  /** 12 bytes. */
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly sealed: Uint8Array<ArrayBuffer>;
  readonly passphrase: PassphraseSeal | undefined;
}

export interface PassphraseSeal {
  readonly cost: Argon2Cost;
  /** 16 bytes. */
  readonly salt: Uint8Array<ArrayBuffer>;
  /** 12 bytes. */
  readonly nonce: Uint8Array<ArrayBuffer>;
}

const database = "redoubt-key";
const table = "key";
const slot = "home";

/** Reads the record. @throws StoreError `newer-version`, `failed` */
export async function readKeyRecord(): Promise<KeyRecord | undefined> {
  const record = (await inTable("readonly", (store) => store.get(slot))) as KeyRecord | undefined;
  if (record !== undefined && record.version !== 1) throw new StoreError("newer-version", "the key record");
  return record;
}

/** Replaces the record, which is on the disk when this resolves. @throws StoreError `disk-full`, `failed` */
export async function writeKeyRecord(record: KeyRecord): Promise<void> {
  await inTable("readwrite", (store) => store.put(record, slot));
}

/** Forgets the key: what it opened cannot be opened any more. @throws StoreError `failed` */
export async function deleteKeyRecord(): Promise<void> {
  await inTable("readwrite", (store) => store.delete(slot));
}

async function inTable<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opened = await openDatabase();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = opened.transaction(table, mode, { durability: "strict" });
      const request = work(transaction.objectStore(table));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => {
        const name = transaction.error?.name;
        reject(new StoreError(name === "QuotaExceededError" ? "disk-full" : "failed", name));
      };
    });
  } finally {
    opened.close();
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(database, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(table);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new StoreError("failed", request.error?.name));
  });
}
