CREATE TABLE accounts (
  account_id BLOB PRIMARY KEY,
  username TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;
CREATE TABLE account_entries (
  account_id BLOB NOT NULL,
  seq INTEGER NOT NULL,
  entry BLOB NOT NULL,
  PRIMARY KEY (account_id, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE devices (
  account_id BLOB NOT NULL,
  device_id BLOB NOT NULL,
  sig_key BLOB NOT NULL,
  inbox_id BLOB NOT NULL,
  PRIMARY KEY (account_id, device_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE key_packages (
  account_id BLOB NOT NULL,
  device_id BLOB NOT NULL,
  last_resort INTEGER NOT NULL,
  digest BLOB NOT NULL,
  package BLOB NOT NULL,
  PRIMARY KEY (account_id, device_id, last_resort, digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE inboxes (
  inbox_id BLOB PRIMARY KEY,
  token_hash BLOB,
  max_per_day INTEGER NOT NULL,
  last_number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE inbox_items (
  inbox_id BLOB NOT NULL,
  number INTEGER NOT NULL,
  digest BLOB NOT NULL,
  item BLOB NOT NULL,
  day INTEGER NOT NULL,
  PRIMARY KEY (inbox_id, number),
  UNIQUE (inbox_id, digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE logs (
  handle INTEGER PRIMARY KEY,
  log_id BLOB NOT NULL UNIQUE,
  owner_key BLOB NOT NULL,
  write_key BLOB NOT NULL,
  previous_key BLOB,
  counter INTEGER NOT NULL,
  expired INTEGER NOT NULL
) STRICT;
CREATE TABLE log_entries (
  id INTEGER PRIMARY KEY,
  log INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  entry_id BLOB NOT NULL,
  bytes BLOB NOT NULL,
  day INTEGER NOT NULL,
  UNIQUE (log, seq),
  UNIQUE (log, entry_id)
) STRICT;
CREATE TABLE invites (
  hash BLOB PRIMARY KEY,
  uses INTEGER NOT NULL,
  last_day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 2;
