-- The calendars of each account as they were listed last, sealed like grants: their names are personal.
CREATE TABLE calendar_lists (
    user_id    TEXT COLLATE "C" NOT NULL,
    provider   TEXT COLLATE "C" NOT NULL CHECK (provider IN ('google_calendar', 'outlook_calendar')),
    account    TEXT COLLATE "C" NOT NULL,
    key_id     TEXT COLLATE "C" NOT NULL,
    sealed     BYTEA  NOT NULL,
    version    BIGINT NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, provider, account)
);
