ALTER TABLE log_entries ADD COLUMN checksum INTEGER;
PRAGMA user_version = 4;
