-- Bans by hand, and what fail2ban does not know of them: why, by whom, and
-- until when. fail2ban has one time for all bans of a jail, so what is to end
-- sooner is lifted by a job. Kept as long as bans are.

CREATE TABLE manual_ban (
    id INTEGER PRIMARY KEY,
    addr_key BLOB NOT NULL,      -- as in active_ban
    jail TEXT NOT NULL,
    banned_at INTEGER NOT NULL,  -- Unix seconds, before fail2ban was told
    done_at INTEGER NOT NULL,    -- when it had done it: by its own clock the
                                 -- ban is of a time between these two
    bantime_s INTEGER,           -- -1: for ever; NULL: what the jail says
    due_at INTEGER,              -- to be lifted then; NULL: not by us
    open INTEGER NOT NULL CHECK (open IN (0, 1)), -- 1: that is still to come
    missed_at INTEGER,           -- due, and fail2ban did not have it then
    reason TEXT,
    author_kind INTEGER NOT NULL CHECK (author_kind BETWEEN 0 AND 3), -- as
                                 -- actor_kind of audit
    author_name TEXT,            -- what a token was called
    UNIQUE (addr_key, jail, banned_at),
    CHECK (open = 0 OR due_at IS NOT NULL)
) STRICT;

CREATE INDEX manual_ban_due ON manual_ban (due_at) WHERE open = 1;
