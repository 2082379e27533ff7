-- Whether a booking claims its time for itself. PostgreSQL lets no two claims of a user overlap (its migration of this
-- number says what claims and what does not); here, writers are one at a time, and the column says the same without effect.
ALTER TABLE bookings ADD COLUMN is_exclusive INTEGER NOT NULL DEFAULT 0 CHECK (is_exclusive IN (0, 1));
