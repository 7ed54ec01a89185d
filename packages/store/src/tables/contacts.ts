import { utf8 } from "@redoubt/base";
import type { SqlDriver, SqlRow } from "../driver.js";
import { bytesOf, choiceOf, flagOf, placeOf, textOf } from "../row.js";

/** Stored by place: add at the end alone. */
const contactStates = ["unknown", "request", "accepted", "blocked"] as const;

export type ContactState = (typeof contactStates)[number];

/** Another account, as this home knows it. */
export interface Contact {
  /** 32 bytes. */
  readonly accountId: Uint8Array;
  readonly username: string;
  /** The signed entries of its chain, in the caller's encoding. */
  readonly entries: Uint8Array;
  /** The chain's newest head that was accepted: 32 bytes. */
  readonly pinnedHead: Uint8Array;
  readonly state: ContactState;
  /** Whether the safety number was compared, and found equal. */
  readonly isConfirmed: boolean;
}

const columns = "account_id, username, entries, pinned_head, state, is_confirmed";

export class ContactTable {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  get(accountId: Uint8Array): Contact | undefined {
    const row = this.#driver.get(`SELECT ${columns} FROM contacts WHERE account_id = ?`, [accountId]);
    return row && readContact(row);
  }

  /** Every contact of this name: an account that was given up may have left its name to another. */
  byUsername(username: string): Contact[] {
    return this.#driver.all(`SELECT ${columns} FROM contacts WHERE username = ?`, [utf8(username)]).map(readContact);
  }

  /** By user name. */
  list(): Contact[] {
    return this.#driver.all(`SELECT ${columns} FROM contacts ORDER BY username, account_id`).map(readContact);
  }

  /** Stores a contact, in the place of what was known of the same account. */
  set(contact: Contact): void {
    this.#driver.run(
      `INSERT INTO contacts (${columns}) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (account_id) DO UPDATE SET
         username = excluded.username, entries = excluded.entries, pinned_head = excluded.pinned_head,
         state = excluded.state, is_confirmed = excluded.is_confirmed`,
      [
        contact.accountId,
        utf8(contact.username),
        contact.entries,
        contact.pinnedHead,
        placeOf(contactStates, contact.state),
        contact.isConfirmed,
      ],
    );
  }
}

function readContact(row: SqlRow): Contact {
  return {
    accountId: bytesOf(row, "account_id"),
    username: textOf(row, "username"),
    entries: bytesOf(row, "entries"),
    pinnedHead: bytesOf(row, "pinned_head"),
    state: choiceOf(row, "state", contactStates),
    isConfirmed: flagOf(row, "is_confirmed"),
  };
}
