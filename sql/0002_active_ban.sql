-- Bans in force, as fail2ban last told us: rows that all workers share, so
-- that many open pages cost fail2ban's one thread no more than one. Nothing
-- here is a source of truth; emptied, it fills again within two seconds.

-- One ban in force.
CREATE TABLE active_ban (
    jail TEXT NOT NULL,
    -- Sorts and identifies what is banned. Address or network: its 16 bytes
    -- (IPv4 mapped) and one byte of prefix length. Text: 0xFF, its first 16
    -- bytes, 16 bytes of a hash of the whole.
    addr_key BLOB NOT NULL,
    -- fail2ban's own name of it: an address, a network, or any text that a
    -- filter's <F-ID> found
    id TEXT NOT NULL,
    prefix_len INTEGER,           -- NULL for text
    banned_at INTEGER NOT NULL,   -- Unix seconds
    bantime_s INTEGER NOT NULL,   -- -1: for ever
    expires_at INTEGER NOT NULL,  -- Unix seconds; for ever: the largest integer
    PRIMARY KEY (jail, addr_key)
) STRICT, WITHOUT ROWID;

-- One index a sort order, without and with a jail chosen: a page walks one of
-- them from its cursor on. The key decides between equal times (an import bans
-- thousands in one second), so that the last page costs what the first does.
CREATE INDEX active_ban_banned_at ON active_ban (banned_at, addr_key);
CREATE INDEX active_ban_expires_at ON active_ban (expires_at, addr_key);
-- With all that counting what lies in a network needs.
CREATE INDEX active_ban_addr
    ON active_ban (addr_key, jail, expires_at, prefix_len);
CREATE INDEX active_ban_jail_banned_at
    ON active_ban (jail, banned_at, addr_key);
CREATE INDEX active_ban_jail_expires_at
    ON active_ban (jail, expires_at, addr_key);

-- What was known of a jail when its bans were last read: while fail2ban's
-- counters stay the same, the rows are still true.
CREATE TABLE active_ban_jail (
    jail TEXT PRIMARY KEY,
    currently_banned INTEGER NOT NULL,  -- fail2ban's counters before reading
    total_banned INTEGER NOT NULL,
    n_rows INTEGER NOT NULL,            -- rows in active_ban
    read_at_ms INTEGER NOT NULL,        -- Unix milliseconds; 0: never
    read_cost_ms INTEGER NOT NULL,      -- how long fail2ban took to tell
    act_seq INTEGER NOT NULL,           -- counts our own bans and unbans
    read_seq INTEGER NOT NULL           -- act_seq when the bans were read
) STRICT, WITHOUT ROWID;

-- The refresh as a whole; exactly one row.
CREATE TABLE active_ban_state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    checked_at_ms INTEGER NOT NULL,  -- counters last compared
    as_of_ms INTEGER NOT NULL,       -- what is listed was true then
    full_at_ms INTEGER NOT NULL,     -- every jail last read
    full_cost_ms INTEGER NOT NULL,   -- how long fail2ban took for that
    failed_at_ms INTEGER NOT NULL,   -- fail2ban last did not answer in time
    act_seq INTEGER NOT NULL,        -- as in active_ban_jail, over all jails
    read_seq INTEGER NOT NULL
) STRICT;
INSERT INTO active_ban_state VALUES (1, 0, 0, 0, 0, 0, 0, 0);
