-- The audit log: one row for each operation on behalf of a user, appended and never changed. Milliseconds since
-- 1970-01-01T00:00:00Z. Rows may be deleted (retention, a user's data), never edited.
CREATE TABLE audit_log (
    id                    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at_ms                 INTEGER NOT NULL,
    user_id               TEXT    NOT NULL,
    operation             TEXT    NOT NULL,
    decision              TEXT    NOT NULL, -- ok, an error's code, abandoned, begun
    duration_ms           INTEGER NOT NULL,
    accounts              TEXT    NOT NULL, -- JSON array of account ids
    provider_requests     TEXT    NOT NULL, -- JSON array of {provider, id}
    google_requests       INTEGER NOT NULL,
    google_retries        INTEGER NOT NULL,
    google_throttled      INTEGER NOT NULL,
    google_refreshes      INTEGER NOT NULL,
    google_auth_failures  INTEGER NOT NULL,
    outlook_requests      INTEGER NOT NULL,
    outlook_retries       INTEGER NOT NULL,
    outlook_throttled     INTEGER NOT NULL,
    outlook_refreshes     INTEGER NOT NULL,
    outlook_auth_failures INTEGER NOT NULL,
    cache_hits            INTEGER NOT NULL,
    cache_misses          INTEGER NOT NULL,
    lost                  INTEGER NOT NULL  -- records before this one that could not be written here
) STRICT;
CREATE INDEX audit_log_time ON audit_log (at_ms);
CREATE INDEX audit_log_user ON audit_log (user_id, id);

CREATE TRIGGER audit_log_append_only BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
