-- Answers to requests that came with an Idempotency-Key: who sends one again
-- within a day gets the first answer again, and nothing is done twice.

CREATE TABLE idempotency (
	id           INTEGER PRIMARY KEY,
	caller_kind  INTEGER NOT NULL, -- as actor_kind of audit
	caller_id    INTEGER NOT NULL,
	key          TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 64),
	request_hash BLOB NOT NULL CHECK (length(request_hash) = 32),
	begun_at     INTEGER NOT NULL,
	status       INTEGER,          -- NULL: still being worked on
	headers      BLOB,             -- complete lines
	body         BLOB,
	UNIQUE (caller_kind, caller_id, key)
) STRICT;
