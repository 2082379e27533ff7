-- Whether a booking claims its time for itself. No two claims of a user overlap, whatever the program does: the last line
-- behind the lock of the user and the look at the ledger that every reservation takes.
--
-- A hold or a reservation claims its time when it is made, and no longer once it expired and somebody looked (its row and
-- key stay, so that the booking can be resumed: then it claims again, or is refused). Two things do not claim, because
-- they are true and must be kept: a meeting whose recorded time lies over another claim (it was moved or booked there at
-- the provider), and the reservation for moving a meeting over a part of its own present time. They are in the way of
-- others all the same: what is free is decided by the ledger's states, never by this column.
ALTER TABLE bookings ADD COLUMN is_exclusive BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE bookings ADD CONSTRAINT bookings_exclusive
    EXCLUDE USING gist (user_id WITH =, int8range(blocked_start, blocked_end) WITH &&) WHERE (is_exclusive);
