-- Times are whole seconds since 1970-01-01T00:00:00Z, as in the interface: integers compare
-- exactly and use indexes, and no zone can be lost. Ranges are half-open.

-- The last version given to any sealed value. One counter for all: a version is never used again,
-- not even after its row was deleted.
CREATE TABLE versions (
    id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    last INTEGER NOT NULL
) STRICT;
INSERT INTO versions (id, last) VALUES (1, 0);

-- Grants. `sealed` is nonce and ciphertext; `key_id` says which key opens it.
CREATE TABLE oauth_tokens (
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

-- Pending authorizations and refresh leases: short-lived, sealed like grants.
CREATE TABLE ephemeral_values (
    user_id    TEXT    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('pending', 'google_calendar', 'outlook_calendar')),
    name       TEXT    NOT NULL,
    key_id     TEXT    NOT NULL,
    sealed     BLOB    NOT NULL,
    version    INTEGER NOT NULL,
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, kind, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX ephemeral_values_expiry ON ephemeral_values (expires_at);

-- What is kept of booked events.
CREATE TABLE calendar_events (
    user_id           TEXT    NOT NULL,
    provider          TEXT    NOT NULL CHECK (provider IN ('google_calendar', 'outlook_calendar')),
    event_id          TEXT    NOT NULL,
    title             TEXT    NOT NULL,
    start_time        INTEGER NOT NULL,
    end_time          INTEGER NOT NULL CHECK (end_time > start_time),
    attendees         TEXT    NOT NULL, -- JSON array of addresses
    location          TEXT,
    description       TEXT,
    conferencing_link TEXT,
    status            TEXT    NOT NULL CHECK (status IN ('confirmed', 'tentative', 'cancelled')),
    created_at        INTEGER NOT NULL,
    UNIQUE (user_id, provider, event_id)
) STRICT;

-- The ledger: who holds which time under which idempotency key.
CREATE TABLE bookings (
    user_id       TEXT    NOT NULL,
    key           TEXT    NOT NULL,
    fingerprint   TEXT    NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('reserved', 'committed', 'cancelled')),
    generation    INTEGER NOT NULL CHECK (generation >= 0),
    account       TEXT    NOT NULL,
    provider      TEXT    NOT NULL CHECK (provider IN ('google_calendar', 'outlook_calendar')),
    calendar      TEXT    NOT NULL,
    start_time    INTEGER NOT NULL,
    end_time      INTEGER NOT NULL CHECK (end_time > start_time),
    blocked_start INTEGER NOT NULL,
    blocked_end   INTEGER NOT NULL CHECK (blocked_end > blocked_start),
    event_id      TEXT,    -- none until committed
    expires_at    INTEGER, -- of a reservation; none once committed or cancelled
    created_at    INTEGER NOT NULL,
    UNIQUE (user_id, key),
    FOREIGN KEY (user_id, provider, event_id) REFERENCES calendar_events (user_id, provider, event_id)
) STRICT;
CREATE INDEX bookings_time ON bookings (user_id, blocked_start, blocked_end) WHERE state <> 'cancelled';
CREATE INDEX bookings_event ON bookings (user_id, event_id);
