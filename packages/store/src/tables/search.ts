import { utf8 } from "@redoubt/base";
import type { SqlDriver } from "../driver.js";
import { integerOf } from "../row.js";
import { indexedText, searchQuery } from "../search-text.js";
import { messageColumnsOf, readMessage, type StoredMessage } from "./message-row.js";

export interface SearchOptions {
  /** The MLS group id of the one conversation that is searched. */
  readonly conversation?: Uint8Array | undefined;
  /** How many messages at most. */
  readonly limit: number;
}

/** The index of what messages say. It holds words, not texts: whoever has only the index cannot put a text together. */
export class SearchTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** Indexes a stored message under a text, in the place of what it was indexed under before. Within a transaction. */
  index(id: Uint8Array, text: string): void {
    this.remove(id);
    const body = indexedText(text);
    if (body.trim() === "") return;
    this.#driver.run(
      `INSERT INTO search_index (rowid, body, scope)
       SELECT m.position, CAST(? AS TEXT), 'c' || c.position
       FROM messages m JOIN conversations c ON c.id = m.conversation WHERE m.id = ?`,
      [utf8(body), id],
    );
  }

  remove(id: Uint8Array): void {
    const sql = "DELETE FROM search_index WHERE rowid = (SELECT position FROM messages WHERE id = ?)";
    this.#driver.run(sql, [id]);
  }

  /**
   * Messages with all the words of a text, or words that begin like them: without regard to case and accents, newest
   * first, nothing of blocked conversations.
   */
  find(text: string, { conversation, limit }: SearchOptions): StoredMessage[] {
    const query = searchQuery(text);
    const scope = conversation && this.#scope(conversation);
    if (query === undefined || (conversation !== undefined && scope === undefined)) return [];
    const inScope = scope === undefined ? "" : ` AND scope : "c${scope}"`;
    const rows = this.#driver.all(
      `SELECT ${messageColumnsOf("m")} FROM search_index
       CROSS JOIN messages m ON m.position = search_index.rowid
       CROSS JOIN conversations c ON c.id = m.conversation
       WHERE search_index MATCH ? AND c.state <> 4 ORDER BY search_index.rowid DESC LIMIT ?`,
      [`(body : (${query}))${inScope}`, limit],
    );
    return rows.map(readMessage);
  }

  /** Rewrites the index without what was taken out of it: until then its pages still hold the words. */
  purge(): void {
    this.#driver.exec("INSERT INTO search_index (search_index) VALUES ('optimize')");
  }

  #scope(conversation: Uint8Array): number | undefined {
    const row = this.#driver.get("SELECT position FROM conversations WHERE id = ?", [conversation]);
    return row && integerOf(row, "position");
  }
}
