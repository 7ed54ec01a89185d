import type { SqlDriver, SqlRow } from "../driver.js";
import { bytesOf, choiceOf, integerOf, optionalOf, textOf } from "../row.js";
import {
  type ConversationKind,
  type ConversationState,
  conversationKinds,
  conversationStates,
} from "./conversations.js";
import { messageColumnsOf, readMessage, type StoredMessage } from "./message-row.js";
import { type ConversationSettings, readSettings, settingsColumns } from "./settings.js";

/** What a list of conversations shows of one. */
export interface Overview {
  readonly id: Uint8Array;
  readonly kind: ConversationKind;
  readonly state: ConversationState;
  readonly title: string;
  readonly settings: ConversationSettings;
  /** Messages of others that are not read, and those of them that mention us. */
  readonly unread: number;
  readonly mentions: number;
  /** The last message that is shown. */
  readonly last: StoredMessage | undefined;
}

const unread = `SELECT count(*) FROM messages m
  WHERE m.conversation = c.id AND m.seq > ifnull(s.read_up_to, 0) AND m.kind = 0 AND m.fate = 0 AND m.state = 2`;
const waiting = `SELECT m.position FROM messages m
  WHERE m.conversation = c.id AND m.seq IS NULL AND m.kind = 0 AND m.fate < 2 ORDER BY m.position DESC LIMIT 1`;
const placed = `SELECT m.position FROM messages m
  WHERE m.conversation = c.id AND m.seq IS NOT NULL AND m.kind = 0 AND m.fate < 2 ORDER BY m.seq DESC LIMIT 1`;

const select = `SELECT ${messageColumnsOf("l")},
    c.id AS c_id, c.kind AS c_kind, c.state AS c_state, c.title, ${settingsColumns},
    (${unread}) AS unread, (${unread} AND m.mentions_us = 1) AS mentions
  FROM conversations c
  LEFT JOIN conversation_settings s ON s.conversation = c.id
  LEFT JOIN messages l ON l.position = coalesce((${waiting}), (${placed}))`;

/** Conversations with all that a list shows of them, in one statement. */
export class OverviewTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** In the order in which the conversations were inserted. */
  list(): Overview[] {
    return this.#driver.all(`${select} ORDER BY c.position`).map(readOverview);
  }

  get(conversation: Uint8Array): Overview | undefined {
    const row = this.#driver.get(`${select} WHERE c.id = ?`, [conversation]);
    return row && readOverview(row);
  }
}

function readOverview(row: SqlRow): Overview {
  return {
    id: bytesOf(row, "c_id"),
    kind: choiceOf(row, "c_kind", conversationKinds),
    state: choiceOf(row, "c_state", conversationStates),
    title: textOf(row, "title"),
    settings: readSettings(row),
    unread: integerOf(row, "unread"),
    mentions: integerOf(row, "mentions"),
    last: optionalOf(row, "id", () => readMessage(row)),
  };
}
