-- What was noticed of fail2ban, for pages that ask what has happened since.
-- Bans are not here: the archive has them. Kept for a day.
CREATE TABLE event (
    id INTEGER PRIMARY KEY,  -- in the order of noticing; the last one stays,
                             -- so that no number comes again
    at INTEGER NOT NULL,     -- Unix seconds, when it was noticed
    type INTEGER NOT NULL,   -- enum event_type
    jail TEXT,               -- NULL: of no jail
    ident TEXT,              -- what was lifted; NULL: many at once
    bans INTEGER NOT NULL    -- lifted ones; else 0
) STRICT;

-- fail2ban's last coming or going.
CREATE INDEX event_type ON event (type, id);
