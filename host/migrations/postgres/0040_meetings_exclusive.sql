-- Claims are of the meetings themselves: a gap between two of them must hold the longer of their buffers, which no
-- constraint on ranges can say; the look at the ledger behind the lock of the user does. Claims that stood before are
-- inside the times they blocked, so they go on standing.
ALTER TABLE bookings DROP CONSTRAINT bookings_exclusive;
ALTER TABLE bookings ADD CONSTRAINT bookings_exclusive
    EXCLUDE USING gist (user_id WITH =, int8range(start_time, end_time) WITH &&) WHERE (is_exclusive);
