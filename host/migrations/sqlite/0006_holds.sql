-- Times that are held for a while, without a meeting: rows of the ledger in the state `held`. They
-- name no account and no calendar. SQLite cannot change a CHECK, so the table is made anew.
CREATE TABLE ledger (
    user_id       TEXT    NOT NULL,
    key           TEXT    NOT NULL,
    fingerprint   TEXT    NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('held', 'reserved', 'committed', 'cancelled')),
    generation    INTEGER NOT NULL CHECK (generation >= 0),
    account       TEXT    NOT NULL,
    provider      TEXT    NOT NULL CHECK (provider IN ('google_calendar', 'outlook_calendar')),
    calendar      TEXT    NOT NULL,
    start_time    INTEGER NOT NULL,
    end_time      INTEGER NOT NULL CHECK (end_time > start_time),
    blocked_start INTEGER NOT NULL,
    blocked_end   INTEGER NOT NULL CHECK (blocked_end > blocked_start),
    event_id      TEXT,    -- none until committed
    expires_at    INTEGER, -- of a hold or a reservation; none once committed or cancelled
    created_at    INTEGER NOT NULL,
    UNIQUE (user_id, key),
    FOREIGN KEY (user_id, provider, event_id) REFERENCES calendar_events (user_id, provider, event_id)
) STRICT;
INSERT INTO ledger SELECT user_id, key, fingerprint, state, generation, account, provider, calendar, start_time,
    end_time, blocked_start, blocked_end, event_id, expires_at, created_at FROM bookings;
DROP TABLE bookings;
ALTER TABLE ledger RENAME TO bookings;
CREATE INDEX bookings_time ON bookings (user_id, blocked_start, blocked_end) WHERE state <> 'cancelled';
CREATE INDEX bookings_event ON bookings (user_id, event_id);
