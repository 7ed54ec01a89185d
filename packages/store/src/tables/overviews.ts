import type { SqlDriver, SqlRow } from "../driver.js";
import { bytesOf, choiceOf, flagOf, integerOf, optionalOf, textOf } from "../row.js";
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

/** Where a page goes on: below a conversation. */
interface Place {
  readonly isPinned: boolean;
  readonly activity: number;
  readonly position: number;
}

const top: Place = { isPinned: true, activity: Number.MAX_SAFE_INTEGER, position: 0 };
const topOfOthers: Place = { ...top, isPinned: false };
const pinned = "(SELECT conversation FROM conversation_settings WHERE pinned_at IS NOT NULL)";
const below = "(c.activity, c.position) < (?, ?) ORDER BY c.activity DESC, c.position DESC LIMIT ?";

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

  /**
   * The pinned ones, then the others; of each the one first that was written in, or begun, last on this device. Costs
   * what the page costs, however many there are.
   *
   * @param page `after`: the conversation that the page before ended with
   * @returns undefined if that one is not known
   */
  page(page: { readonly limit: number; readonly after?: Uint8Array }): Overview[] | undefined {
    const from = page.after === undefined ? top : this.#placeOf(page.after);
    if (from === undefined) return undefined;
    const rows = from.isPinned ? this.#below(`c.id IN ${pinned}`, from, page.limit) : [];
    const others = from.isPinned ? topOfOthers : from;
    if (rows.length < page.limit) rows.push(...this.#below("s.pinned_at IS NULL", others, page.limit - rows.length));
    return rows.map(readOverview);
  }

  get(conversation: Uint8Array): Overview | undefined {
    const row = this.#driver.get(`${select} WHERE c.id = ?`, [conversation]);
    return row && readOverview(row);
  }

  #below(condition: string, { activity, position }: Place, limit: number): SqlRow[] {
    return [...this.#driver.all(`${select} WHERE ${condition} AND ${below}`, [activity, position, limit])];
  }

  #placeOf(conversation: Uint8Array): Place | undefined {
    const row = this.#driver.get(
      `SELECT c.activity, c.position, c.id IN ${pinned} AS is_pinned FROM conversations c WHERE c.id = ?`,
      [conversation],
    );
    if (row === undefined) return undefined;
    const [activity, position] = [integerOf(row, "activity"), integerOf(row, "position")];
    return { isPinned: flagOf(row, "is_pinned"), activity, position };
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
