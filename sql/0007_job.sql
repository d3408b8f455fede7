-- Work that takes longer than a response may: whoever wants it queues a row,
-- and a runner (`bangui jobs run`) takes it under a lease. Few rows are ever
-- unfinished; finished ones are kept for a while, to be looked up.

CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- of one job for ever
    kind INTEGER NOT NULL,       -- enum job_kind
    key TEXT NOT NULL,           -- which one of its kind; '' the only one
    state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4), -- enum job_state
    queued_at INTEGER NOT NULL,  -- Unix seconds, as every _at
    due_at INTEGER NOT NULL,     -- not to be begun before
    wait_s INTEGER NOT NULL,     -- how long that was away when it was set: if
                                 -- it is further away now, the clock went back
    attempt INTEGER NOT NULL DEFAULT 0,   -- the last that was begun
    cancel INTEGER NOT NULL DEFAULT 0,    -- 1: whoever runs it is to stop
    runner TEXT,                 -- who runs it; NULL: nobody
    lease_until INTEGER,         -- and until when nobody else may; the clock
                                 -- that is never set back, milliseconds
    done INTEGER,                -- how far it has come
    total INTEGER,
    phase TEXT,
    started_at INTEGER,
    finished_at INTEGER,
    result TEXT,                 -- a JSON object
    error TEXT,                  -- how the last attempt failed, a code
    message TEXT,                -- and in words that a client may read
    CHECK ((state = 1) = (runner IS NOT NULL)),
    CHECK ((state = 1) = (lease_until IS NOT NULL)),
    CHECK (state < 2 OR finished_at IS NOT NULL)
) STRICT;

-- A second request for the same thing finds the first.
CREATE UNIQUE INDEX job_unfinished ON job (kind, key) WHERE state <= 1;
CREATE INDEX job_due ON job (due_at, kind) WHERE state = 0;
CREATE INDEX job_lease ON job (lease_until) WHERE state = 1;
CREATE INDEX job_finished ON job (finished_at) WHERE state >= 2;

-- When a runner was last there: without one nothing of the above happens.
CREATE TABLE job_runner (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seen_at INTEGER NOT NULL,
    watching INTEGER NOT NULL    -- 1: it stays; 0: it came by
) STRICT;
