-- Who shall not be banned, in all jails or in some. fail2ban is told at run
-- time; what it was told is in allow_applied.
CREATE TABLE allow (
	id         INTEGER PRIMARY KEY,
	value      TEXT NOT NULL UNIQUE, -- address, network, host name; canonical
	is_host    INTEGER NOT NULL CHECK (is_host IN (0, 1)),
	jails      TEXT NOT NULL,        -- each with a line end; '': all
	note       TEXT NOT NULL,
	author     TEXT NOT NULL,        -- a token's name; '': the owner
	created_at INTEGER NOT NULL,
	expires_at INTEGER,              -- NULL: never
	applied_at INTEGER,              -- NULL: fail2ban was not told yet
	looked_at  INTEGER               -- a host: when its name was looked up
) STRICT;
CREATE INDEX allow_expires ON allow (expires_at) WHERE expires_at IS NOT NULL;

-- What an entry means: itself, or the addresses of a host as last known. A
-- network is its prefix length in one byte and then the 16 bytes.
CREATE TABLE allow_net (
	allow_id INTEGER NOT NULL REFERENCES allow (id) ON DELETE CASCADE,
	net      BLOB NOT NULL CHECK (length(net) = 17),
	PRIMARY KEY (allow_id, net)
) STRICT, WITHOUT ROWID;

-- What a running jail has for our sake, or has by itself.
CREATE TABLE allow_applied (
	jail TEXT NOT NULL,
	net  BLOB NOT NULL CHECK (length(net) = 17),
	ours INTEGER NOT NULL CHECK (ours IN (0, 1)), -- 0: its configuration's
	PRIMARY KEY (jail, net)
) STRICT, WITHOUT ROWID;
