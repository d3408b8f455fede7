-- The archive: every ban that fail2ban's own database has shown, kept after
-- fail2ban has forgotten it. Rows are copied once and never changed but for
-- the country, which may arrive later.

-- Names of jails, also of those that are gone.
CREATE TABLE ban_jail (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- Names of networks, as last heard.
CREATE TABLE ban_as (
    asn INTEGER PRIMARY KEY CHECK (asn BETWEEN 1 AND 4294967295),
    org TEXT NOT NULL
) STRICT;

CREATE TABLE ban (
    id INTEGER PRIMARY KEY,      -- in the order of copying; never used again
    banned_at INTEGER NOT NULL,  -- Unix seconds, as fail2ban wrote it
    jail_id INTEGER NOT NULL REFERENCES ban_jail (id),
    addr_key BLOB NOT NULL,      -- as in active_ban
    ident TEXT,                  -- of a text; an address is its key
    nth INTEGER NOT NULL,        -- 0; 1, 2 ... of equal bans of one second
    bantime_s INTEGER NOT NULL,  -- -1: for ever; -2: unknown
    ban_count INTEGER NOT NULL,  -- fail2ban's bancount
    failures INTEGER,            -- NULL: not told, or not to be read
    country TEXT CHECK (length(country) = 2), -- ISO 3166-1; NULL: unknown
    asn INTEGER,                 -- NULL: unknown
    kind INTEGER NOT NULL,       -- enum addr_kind
    origin INTEGER NOT NULL CHECK (origin BETWEEN 0 AND 2), -- 0 a filter of
                                 -- fail2ban's, 1 by hand, 2 a blocklist
    -- What cannot be copied twice, and the way to the bans of one address.
    UNIQUE (addr_key, banned_at, jail_id, nth)
) STRICT;

-- One index a filter; an index ends with the id, so that each lists the
-- newest first without sorting.
CREATE INDEX ban_banned_at ON ban (banned_at);
CREATE INDEX ban_jail_banned_at ON ban (jail_id, banned_at);
CREATE INDEX ban_country_banned_at ON ban (country, banned_at);
CREATE INDEX ban_asn_banned_at ON ban (asn, banned_at);

-- Why: fail2ban's data of a ban, as it was. None of a ban by hand.
CREATE TABLE ban_evidence (
    ban_id INTEGER PRIMARY KEY REFERENCES ban (id) ON DELETE CASCADE,
    size INTEGER NOT NULL,       -- bytes that fail2ban has; data may be cut
    data BLOB NOT NULL           -- JSON, if it was whole
) STRICT;

-- Times of which nobody knows the bans: fail2ban had forgotten them when we
-- looked again. Both ends are within.
CREATE TABLE ban_gap (
    from_at INTEGER PRIMARY KEY,
    to_at INTEGER NOT NULL,
    CHECK (to_at >= from_at)
) STRICT;

-- How far we are; exactly one row.
CREATE TABLE history_state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    device INTEGER NOT NULL,     -- of fail2ban's database file
    inode INTEGER NOT NULL,      -- 0: none was ever read
    mark_rowid INTEGER NOT NULL, -- the last row copied there; 0: none
    mark_jail TEXT,              -- and what it said, since rowids come again
    mark_ident TEXT,
    mark_at INTEGER,
    high_at INTEGER NOT NULL,    -- newest time among the rows up to there
    fill_to INTEGER NOT NULL,    -- rowid at which the first copy is whole;
                                 -- 0: it is
    last_id INTEGER NOT NULL,    -- of ban, the greatest ever given
    n_rows INTEGER NOT NULL,     -- of ban
    last_sync_at INTEGER NOT NULL, -- all was copied then; 0: never
    off INTEGER NOT NULL,        -- why nothing can be copied; 0: it can
    off_since INTEGER NOT NULL,
    pruned_before INTEGER NOT NULL -- older bans were deleted on purpose
) STRICT;
INSERT INTO history_state VALUES
    (1, 0, 0, 0, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0);
