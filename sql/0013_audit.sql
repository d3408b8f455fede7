-- What was done, by whom, from where, and how it went. Rows are added and
-- never touched again; each holds the hash of itself and of the row before,
-- so that `bangui audit verify` finds what somebody with the file has done to
-- it. doc/Architecture.md says which bytes are hashed.

CREATE TABLE audit (
	seq        INTEGER PRIMARY KEY CHECK (seq > 0), -- 1, 2, ... no gaps
	at         INTEGER NOT NULL,
	actor_kind INTEGER NOT NULL CHECK (actor_kind BETWEEN 0 AND 3),
	                          -- 0 nobody, 1 session, 2 token, 3 command line
	actor_id   INTEGER,       -- of session or token; the user of a command
	actor_name TEXT,          -- what the token was called
	client     BLOB CHECK (length(client) = 16), -- NULL: this machine
	action     TEXT NOT NULL CHECK (length(action) > 0),
	target     TEXT,          -- address, number, name
	outcome    TEXT NOT NULL CHECK (length(outcome) > 0),
	request_id TEXT,
	details    TEXT NOT NULL, -- lines of name=value; no secrets
	hash       BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- The list is read by time, the newest first, and narrowed by one of these.
CREATE INDEX audit_at ON audit (at, seq);
CREATE INDEX audit_action ON audit (action, at, seq);
CREATE INDEX audit_target ON audit (target, at, seq);

-- The last row, so that a table whose end was cut off shows. Moved on by the
-- table itself.
CREATE TABLE audit_head (
	one  INTEGER PRIMARY KEY CHECK (one = 1),
	seq  INTEGER NOT NULL,
	hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO audit_head VALUES (1, 0, zeroblob(32));

CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
WHEN NEW.seq IS NOT (SELECT seq + 1 FROM audit_head)
BEGIN SELECT RAISE(ABORT, 'the audit log grows at its end only'); END;
CREATE TRIGGER audit_moves_head AFTER INSERT ON audit
BEGIN UPDATE audit_head SET seq = NEW.seq, hash = NEW.hash; END;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_head_follows BEFORE UPDATE ON audit_head
WHEN NEW.seq <> OLD.seq + 1 OR NOT EXISTS
    (SELECT 1 FROM audit WHERE seq = NEW.seq AND hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
