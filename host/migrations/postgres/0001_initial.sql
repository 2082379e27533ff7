-- The tables of SQLite's 0001 and 0006, for several hosts that share one database. Times are whole seconds since
-- 1970-01-01T00:00:00Z, as in the interface. Text is compared byte by byte, as in SQLite.

DO $$
BEGIN
    IF current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'the database must have the encoding UTF8, not %', current_setting('server_encoding');
    END IF;
END;
$$;

-- Equality of text beside overlap of ranges in one constraint. Part of PostgreSQL's contrib modules, and trusted: whoever
-- may create objects in the database may create it.
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- SQLite's name for the same thing: the statements of both engines are one text. The database's clock, which moves on
-- within a transaction.
CREATE FUNCTION unixepoch() RETURNS BIGINT LANGUAGE sql VOLATILE AS $$
    SELECT CAST(floor(extract(epoch FROM clock_timestamp())) AS BIGINT)
$$;

-- The last version given to any sealed value. One counter for all: a version is never used again, not even after its row
-- was deleted. Its row is also what writers of several sealed values wait for.
CREATE TABLE versions (
    id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    last BIGINT  NOT NULL
);
INSERT INTO versions (id, last) VALUES (1, 0);

-- Grants. `sealed` is nonce and ciphertext; `key_id` says which key opens it.
CREATE TABLE oauth_tokens (
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

-- Pending authorizations and refresh leases: short-lived, sealed like grants.
CREATE TABLE ephemeral_values (
    user_id    TEXT COLLATE "C" NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('pending', 'google_calendar', 'outlook_calendar')),
    name       TEXT COLLATE "C" NOT NULL,
    key_id     TEXT COLLATE "C" NOT NULL,
    sealed     BYTEA  NOT NULL,
    version    BIGINT NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, kind, name)
);
CREATE INDEX ephemeral_values_expiry ON ephemeral_values (expires_at);

-- What is kept of booked events.
CREATE TABLE calendar_events (
    user_id           TEXT COLLATE "C" NOT NULL,
    provider          TEXT COLLATE "C" NOT NULL CHECK (provider IN ('google_calendar', 'outlook_calendar')),
    event_id          TEXT COLLATE "C" NOT NULL,
    title             TEXT   NOT NULL,
    start_time        BIGINT NOT NULL,
    end_time          BIGINT NOT NULL CHECK (end_time > start_time),
    attendees         TEXT   NOT NULL, -- JSON array of addresses
    location          TEXT,
    description       TEXT,
    conferencing_link TEXT,
    status            TEXT   NOT NULL CHECK (status IN ('confirmed', 'tentative', 'cancelled')),
    created_at        BIGINT NOT NULL,
    UNIQUE (user_id, provider, event_id)
);

-- The ledger: who holds which time under which idempotency key.
CREATE TABLE bookings (
    user_id       TEXT COLLATE "C" NOT NULL,
    key           TEXT COLLATE "C" NOT NULL,
    fingerprint   TEXT   NOT NULL,
    state         TEXT   NOT NULL CHECK (state IN ('held', 'reserved', 'committed', 'cancelled')),
    generation    BIGINT NOT NULL CHECK (generation >= 0),
    account       TEXT   NOT NULL,
    provider      TEXT COLLATE "C" NOT NULL CHECK (provider IN ('google_calendar', 'outlook_calendar')),
    calendar      TEXT   NOT NULL,
    start_time    BIGINT NOT NULL,
    end_time      BIGINT NOT NULL CHECK (end_time > start_time),
    blocked_start BIGINT NOT NULL,
    blocked_end   BIGINT NOT NULL CHECK (blocked_end > blocked_start),
    event_id      TEXT COLLATE "C", -- none until committed
    expires_at    BIGINT,           -- of a hold or a reservation; none once committed or cancelled
    created_at    BIGINT NOT NULL,
    UNIQUE (user_id, key),
    FOREIGN KEY (user_id, provider, event_id) REFERENCES calendar_events (user_id, provider, event_id)
);
CREATE INDEX bookings_time ON bookings (user_id, blocked_start, blocked_end) WHERE state <> 'cancelled';
CREATE INDEX bookings_event ON bookings (user_id, event_id);
