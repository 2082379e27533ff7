-- The audit log: one row for each operation on behalf of a user, appended and never changed. Milliseconds since
-- 1970-01-01T00:00:00Z. Rows may be deleted (retention, a user's data), never edited.
CREATE TABLE audit_log (
    id                    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at_ms                 BIGINT NOT NULL,
    user_id               TEXT   NOT NULL,
    operation             TEXT   NOT NULL,
    decision              TEXT   NOT NULL, -- ok, an error's code, abandoned, begun
    duration_ms           BIGINT NOT NULL,
    accounts              TEXT   NOT NULL, -- JSON array of account ids
    provider_requests     TEXT   NOT NULL, -- JSON array of {provider, id}
    google_requests       BIGINT NOT NULL,
    google_retries        BIGINT NOT NULL,
    google_throttled      BIGINT NOT NULL,
    google_refreshes      BIGINT NOT NULL,
    google_auth_failures  BIGINT NOT NULL,
    outlook_requests      BIGINT NOT NULL,
    outlook_retries       BIGINT NOT NULL,
    outlook_throttled     BIGINT NOT NULL,
    outlook_refreshes     BIGINT NOT NULL,
    outlook_auth_failures BIGINT NOT NULL,
    cache_hits            BIGINT NOT NULL,
    cache_misses          BIGINT NOT NULL,
    lost                  BIGINT NOT NULL  -- records before this one that could not be written here
);
CREATE INDEX audit_log_time ON audit_log (at_ms);
CREATE INDEX audit_log_user ON audit_log (user_id, id);

CREATE FUNCTION audit_log_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END;
$$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_log_append_only();
