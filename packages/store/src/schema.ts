/**
 * The schema, version by version: a home of version n is brought up by the statements from n on. What has been released
 * is never changed.
 *
 * There is no TEXT column (see `textOf`); choices are stored by their place in a list; conversations are named by their
 * MLS group id.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (key BLOB PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE account (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    account_id BLOB NOT NULL,
    username BLOB NOT NULL,
    device_keys BLOB NOT NULL
  ) STRICT;
  CREATE TABLE account_entries (seq INTEGER PRIMARY KEY, entry BLOB NOT NULL) STRICT;

  CREATE TABLE contacts (
    account_id BLOB PRIMARY KEY,
    username BLOB NOT NULL,
    entries BLOB NOT NULL,
    pinned_head BLOB NOT NULL,
    state INTEGER NOT NULL,
    is_confirmed INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX contacts_by_username ON contacts (username);

  CREATE TABLE conversations (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    kind INTEGER NOT NULL,
    state INTEGER NOT NULL,
    log_id BLOB NOT NULL UNIQUE,
    detail BLOB NOT NULL,
    cursor_seq INTEGER NOT NULL,
    title BLOB NOT NULL
  ) STRICT;

  CREATE TABLE mls_epochs (
    conversation BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    is_past INTEGER NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (conversation, epoch)
  ) STRICT;
  CREATE UNIQUE INDEX one_current_epoch ON mls_epochs (conversation) WHERE is_past = 0;
  CREATE TABLE mls_records (
    conversation BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    name BLOB NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (conversation, epoch, name),
    FOREIGN KEY (conversation, epoch) REFERENCES mls_epochs (conversation, epoch) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE pending_commits (
    conversation BLOB PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
    value BLOB NOT NULL
  ) STRICT;
  CREATE TABLE intents (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    value BLOB NOT NULL
  ) STRICT;
  CREATE INDEX intents_by_conversation ON intents (conversation, position);

  CREATE TABLE outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    entry_id BLOB NOT NULL UNIQUE,
    bytes BLOB NOT NULL,
    message_id BLOB,
    state INTEGER NOT NULL,
    kind BLOB NOT NULL
  ) STRICT;
  CREATE INDEX outbox_by_conversation ON outbox (conversation, position);
  CREATE TABLE errands (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind BLOB NOT NULL,
    payload BLOB NOT NULL
  ) STRICT;

  CREATE TABLE messages (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    conversation BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq INTEGER,
    epoch INTEGER NOT NULL,
    sender_account BLOB NOT NULL,
    sender_device BLOB NOT NULL,
    at INTEGER NOT NULL,
    content BLOB NOT NULL,
    state INTEGER NOT NULL,
    reply_to BLOB,
    reason BLOB
  ) STRICT;
  CREATE UNIQUE INDEX messages_in_order ON messages (conversation, seq) WHERE seq IS NOT NULL;
  CREATE INDEX messages_not_in_log ON messages (conversation, position) WHERE seq IS NULL;

  CREATE TABLE key_packages (
    ref BLOB PRIMARY KEY,
    value BLOB NOT NULL,
    is_last_resort INTEGER NOT NULL,
    is_published INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE inbox_cursor (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL) STRICT;

  CREATE TABLE heads (
    conversation BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    head BLOB NOT NULL,
    PRIMARY KEY (conversation, seq)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE messages ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE messages ADD COLUMN fate INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE messages ADD COLUMN target BLOB;
  ALTER TABLE messages ADD COLUMN thread BLOB;
  ALTER TABLE messages ADD COLUMN mentions_us INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE messages ADD COLUMN expires_after INTEGER;
  ALTER TABLE messages ADD COLUMN expires_at INTEGER;
  CREATE INDEX messages_shown ON messages (conversation, seq) WHERE seq IS NOT NULL AND kind = 0 AND fate < 2;
  CREATE INDEX messages_received ON messages (conversation, seq, mentions_us) WHERE kind = 0 AND fate = 0 AND state = 2;
  CREATE INDEX messages_expiring ON messages (expires_at) WHERE expires_at IS NOT NULL AND fate = 0;
  CREATE INDEX annotations ON messages (target) WHERE target IS NOT NULL;

  CREATE TABLE conversation_settings (
    conversation BLOB PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
    muted_until INTEGER,
    pinned_at INTEGER,
    draft BLOB,
    read_up_to INTEGER NOT NULL DEFAULT 0,
    delivered_told INTEGER NOT NULL DEFAULT 0,
    read_told INTEGER NOT NULL DEFAULT 0,
    profile_told INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  INSERT INTO conversation_settings (conversation, read_up_to, delivered_told, read_told)
    SELECT id, cursor_seq, cursor_seq, cursor_seq FROM conversations;
  DELETE FROM meta WHERE substr(key, 1, 5) = x'726561642f';

  CREATE TABLE receipts (
    conversation BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    account_id BLOB NOT NULL,
    delivered INTEGER NOT NULL,
    read INTEGER NOT NULL,
    PRIMARY KEY (conversation, account_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE profiles (account_id BLOB PRIMARY KEY, name BLOB NOT NULL, picture BLOB) STRICT;

  CREATE VIRTUAL TABLE search_index USING fts5(
    body, scope, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='2 3'
  );
  CREATE TRIGGER deleted_messages_are_not_found AFTER DELETE ON messages BEGIN
    DELETE FROM search_index WHERE rowid = old.position;
  END;
  `,
  `
  ALTER TABLE outbox ADD COLUMN rotate_to BLOB;
  ALTER TABLE conversations ADD COLUMN invited_by BLOB;

  CREATE TABLE rejoins (
    conversation BLOB PRIMARY KEY REFERENCES conversations (id) ON DELETE CASCADE,
    key_package BLOB NOT NULL,
    reason BLOB NOT NULL,
    after_seq INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE standings (
    conversation BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    device BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    transcript BLOB NOT NULL,
    PRIMARY KEY (conversation, device)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX outbox_by_message ON outbox (message_id) WHERE message_id IS NOT NULL;
  CREATE TABLE forks (account_id BLOB PRIMARY KEY, entries BLOB NOT NULL) STRICT;
  `,
  `
  CREATE TABLE uploads (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id BLOB NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    part INTEGER NOT NULL,
    conversation BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    blob_id BLOB NOT NULL UNIQUE,
    key BLOB NOT NULL,
    size INTEGER NOT NULL,
    source BLOB NOT NULL,
    sealed INTEGER NOT NULL,
    digest BLOB NOT NULL,
    UNIQUE (message_id, part)
  ) STRICT;
  CREATE INDEX uploads_by_conversation ON uploads (conversation);
  CREATE TABLE downloads (
    message_id BLOB NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    part INTEGER NOT NULL,
    place BLOB NOT NULL,
    done INTEGER NOT NULL,
    PRIMARY KEY (message_id, part, place)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE standings ADD COLUMN past BLOB NOT NULL DEFAULT x'80';
  `,
  `
  ALTER TABLE conversations ADD COLUMN activity INTEGER NOT NULL DEFAULT 0;
  UPDATE conversations SET activity = newest.position
    FROM (SELECT conversation, max(position) AS position FROM messages WHERE kind = 0 GROUP BY conversation) AS newest
    WHERE newest.conversation = conversations.id;
  CREATE INDEX conversations_by_activity ON conversations (activity, position);
  CREATE TRIGGER conversations_begin_at_the_top AFTER INSERT ON conversations BEGIN
    UPDATE conversations SET activity = ifnull((SELECT max(position) FROM messages), 0) WHERE position = new.position;
  END;
  CREATE TRIGGER conversations_move_to_the_top AFTER INSERT ON messages WHEN new.kind = 0 BEGIN
    UPDATE conversations SET activity = new.position WHERE id = new.conversation;
  END;
  CREATE INDEX pinned_conversations ON conversation_settings (conversation) WHERE pinned_at IS NOT NULL;
  `,
  `
  ALTER TABLE rejoins ADD COLUMN asked_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE rejoins ADD COLUMN times INTEGER NOT NULL DEFAULT 1;
  `,
];
