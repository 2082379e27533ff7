-- The calendars of each account as they were listed last, sealed like grants: their names are personal.
CREATE TABLE calendar_lists (
    user_id    TEXT    NOT NULL,
    provider   TEXT    NOT NULL CHECK (provider IN ('google_calendar', 'outlook_calendar')),
    account    TEXT    NOT NULL,
    key_id     TEXT    NOT NULL,
    sealed     BLOB    NOT NULL,
    version    INTEGER NOT NULL,
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, provider, account)
) STRICT, WITHOUT ROWID;
