-- When old rows were last deleted, and what the clocks said then. The wall
-- clock and the time since the machine's start go on side by side; where the
-- wall clock has gone much further, somebody has set it, and what only that
-- makes old is kept for one more pass.

-- One row, made here, so that every change of it is an UPDATE.
CREATE TABLE retention_state (
	one      INTEGER PRIMARY KEY CHECK (one = 1),
	begun_at INTEGER NOT NULL, -- Unix seconds; 0: never
	boot_s   INTEGER NOT NULL, -- seconds since the machine's start, then
	done_at  INTEGER NOT NULL  -- a pass last came to its end; 0: never
) STRICT;

INSERT INTO retention_state VALUES (1, 0, 0, 0);
