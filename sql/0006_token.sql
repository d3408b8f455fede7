-- Tokens for programs, and a number for each session by which its owner can
-- name it: the hash of a secret is nothing to show.

-- A number is never given twice: the log names tokens and sessions by it.
CREATE TABLE token (
	id             INTEGER PRIMARY KEY AUTOINCREMENT,
	token_hash     BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
	name           TEXT NOT NULL UNIQUE CHECK (length(name) > 0),
	scopes         INTEGER NOT NULL CHECK (scopes BETWEEN 1 AND 7),
	                           -- the sum of 1 read, 2 ban, 4 admin
	created_at     INTEGER NOT NULL,
	expires_at     INTEGER,    -- NULL: never
	last_used_at   INTEGER,    -- NULL: not yet; moved at most once a minute
	last_used_from BLOB CHECK (length(last_used_from) = 16),
	CHECK ((last_used_at IS NULL) = (last_used_from IS NULL))
) STRICT;

CREATE TABLE session_numbered (
	id           INTEGER PRIMARY KEY AUTOINCREMENT,
	token_hash   BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
	created_at   INTEGER NOT NULL,
	last_seen_at INTEGER NOT NULL, -- moved at most once a minute
	expires_at   INTEGER NOT NULL, -- absolute end
	idle_s       INTEGER NOT NULL CHECK (idle_s > 0),
	client       BLOB NOT NULL CHECK (length(client) = 16),
	user_agent   TEXT              -- as the browser called itself, cut
) STRICT;

INSERT INTO session_numbered (token_hash, created_at, last_seen_at, expires_at,
    idle_s, client, user_agent)
SELECT token_hash, created_at, last_seen_at, expires_at, idle_s, client,
    user_agent FROM session ORDER BY created_at;
DROP TABLE session;
ALTER TABLE session_numbered RENAME TO session;
