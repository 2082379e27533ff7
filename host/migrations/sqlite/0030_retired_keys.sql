-- Sealing keys that were replaced: nothing may be sealed by them any more. Checked in every transaction that writes a
-- sealed value, so that a process that still holds such a key in memory is refused. A row here is never taken back.
CREATE TABLE retired_keys (
    key_id     TEXT    NOT NULL PRIMARY KEY,
    retired_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
