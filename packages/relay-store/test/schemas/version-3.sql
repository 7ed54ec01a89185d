CREATE TABLE blobs (
  blob_id BLOB PRIMARY KEY,
  length INTEGER NOT NULL,
  received INTEGER NOT NULL,
  received_day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 3;
