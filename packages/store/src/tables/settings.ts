import { utf8 } from "@redoubt/base";
import type { SqlDriver, SqlRow, SqlValue } from "../driver.js";
import { bytesOf, integerOf, optionalOf, orNull, textOf } from "../row.js";

/** What this device keeps of a conversation for its own. */
export interface ConversationSettings {
  /** Milliseconds since 1970. */
  readonly mutedUntil: number | undefined;
  /** When it was pinned, in milliseconds since 1970. */
  readonly pinnedAt: number | undefined;
  /** What was typed and not sent; never empty. */
  readonly draft: string | undefined;
  /** Places in the log: what was read, and up to where the others were told of delivery and of reading. */
  readonly readUpTo: number;
  readonly deliveredTold: number;
  readonly readTold: number;
  /** The version of our profile that the others were told. */
  readonly profileTold: number;
}

const columns = "muted_until, pinned_at, draft, read_up_to, delivered_told, read_told, profile_told";

const initial: ConversationSettings = {
  mutedUntil: undefined,
  pinnedAt: undefined,
  draft: undefined,
  readUpTo: 0,
  deliveredTold: 0,
  readTold: 0,
  profileTold: 0,
};

export class SettingsTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  get(conversation: Uint8Array): ConversationSettings {
    const sql = `SELECT ${columns} FROM conversation_settings WHERE conversation = ?`;
    const row = this.#driver.get(sql, [conversation]);
    return row === undefined ? initial : readSettings(row);
  }

  /** Changes what is given, and keeps the rest. @throws StoreError `constraint` for a conversation that is not there */
  set(conversation: Uint8Array, changes: Partial<ConversationSettings>): void {
    const next = { ...this.get(conversation), ...changes };
    const values: SqlValue[] = [
      orNull(next.mutedUntil),
      orNull(next.pinnedAt),
      next.draft === undefined ? null : utf8(next.draft),
      next.readUpTo,
      next.deliveredTold,
      next.readTold,
      next.profileTold,
    ];
    this.#driver.run(
      `INSERT INTO conversation_settings (conversation, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (conversation) DO UPDATE SET
         muted_until = excluded.muted_until, pinned_at = excluded.pinned_at, draft = excluded.draft,
         read_up_to = excluded.read_up_to, delivered_told = excluded.delivered_told, read_told = excluded.read_told,
         profile_told = excluded.profile_told`,
      [conversation, ...values],
    );
  }

  /** Active conversations whose members do not know yet what was received, read, or which profile we have. */
  untold(profileVersion: number): Uint8Array[] {
    const rows = this.#driver.all(
      `SELECT id FROM (
         SELECT c.id, s.read_up_to, s.delivered_told, s.read_told, s.profile_told,
           (SELECT max(m.seq) FROM messages m
            WHERE m.conversation = c.id AND m.kind = 0 AND m.fate = 0 AND m.state = 2) AS received
         FROM conversations c LEFT JOIN conversation_settings s ON s.conversation = c.id WHERE c.state = 0)
       WHERE received > ifnull(delivered_told, 0) OR min(received, read_up_to) > read_told
         OR ifnull(profile_told, 0) < ?`,
      [profileVersion],
    );
    return rows.map((row) => bytesOf(row, "id"));
  }
}

export const settingsColumns = columns;

/** Reads `settingsColumns` of a row, all of them NULL where nothing was set. */
export function readSettings(row: SqlRow): ConversationSettings {
  return {
    mutedUntil: optionalOf(row, "muted_until", integerOf),
    pinnedAt: optionalOf(row, "pinned_at", integerOf),
    draft: optionalOf(row, "draft", textOf),
    readUpTo: optionalOf(row, "read_up_to", integerOf) ?? 0,
    deliveredTold: optionalOf(row, "delivered_told", integerOf) ?? 0,
    readTold: optionalOf(row, "read_told", integerOf) ?? 0,
    profileTold: optionalOf(row, "profile_told", integerOf) ?? 0,
  };
}
