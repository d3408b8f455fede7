-- The owner's password, who is signed in, and the memory of failed attempts.
-- Times are Unix seconds, UTC. Addresses are 16 bytes, IPv4 mapped
-- (::ffff:a.b.c.d); a network is its prefix length in one byte and then the
-- 16 bytes. Nothing here is a secret in clear: passwords are bcrypt, tokens
-- and set-up codes are SHA-256 of at least 100 random bits.

-- One row, made here, so that every change of it is an UPDATE.
CREATE TABLE owner (
	id               INTEGER PRIMARY KEY CHECK (id = 1),
	password_hash    TEXT,     -- "$2b$...", "$y$..."; NULL until set-up
	completed_at     INTEGER,  -- when set-up was done
	setup_code_hash  BLOB,     -- NULL: none made, used, or burnt
	setup_code_made_at INTEGER,
	setup_code_tries INTEGER NOT NULL DEFAULT 0, -- wrong ones, of this code
	timezone         TEXT,     -- IANA name; NULL: the browser's
	session_minutes  INTEGER,  -- idle limit the owner chose; NULL: setting
	CHECK ((password_hash IS NULL) = (completed_at IS NULL)),
	CHECK (password_hash IS NULL OR substr(password_hash, 1, 4) = '$2b$' OR
	    substr(password_hash, 1, 3) = '$y$'), -- anything else is DES to crypt
	CHECK (setup_code_hash IS NULL OR length(setup_code_hash) = 32)
) STRICT;

INSERT INTO owner (id) VALUES (1);

-- Browsers that are signed in. Looked up by hash only; a stolen copy of this
-- table opens no session.
CREATE TABLE session (
	token_hash   BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
	created_at   INTEGER NOT NULL,
	last_seen_at INTEGER NOT NULL, -- moved at most once a minute
	expires_at   INTEGER NOT NULL, -- absolute end
	idle_s       INTEGER NOT NULL CHECK (idle_s > 0),
	client       BLOB NOT NULL CHECK (length(client) = 16),
	user_agent   TEXT              -- as the browser called itself, cut
) STRICT, WITHOUT ROWID;

-- Failed attempts of one network: an IPv4 address, an IPv6 /64 or a /48.
CREATE TABLE throttle (
	network       BLOB PRIMARY KEY CHECK (length(network) = 17),
	failures      INTEGER NOT NULL, -- halved each hour since updated_at
	updated_at    INTEGER NOT NULL,
	blocked_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX throttle_by_age ON throttle (updated_at);

-- Networks that the owner signed in from: hashes are kept free for them.
CREATE TABLE known_client (
	network      BLOB PRIMARY KEY CHECK (length(network) = 17),
	last_good_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How many password hashes the machine has computed of late: one leaks away
-- each second. One row.
CREATE TABLE hash_budget (
	id         INTEGER PRIMARY KEY CHECK (id = 1),
	spent      INTEGER NOT NULL,
	updated_at INTEGER NOT NULL
) STRICT;

INSERT INTO hash_budget (id, spent, updated_at) VALUES (1, 0, 0);
