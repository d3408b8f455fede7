-- Where a ban is, for filters by country and network. What a page shows is
-- looked up when it is shown; these columns only find the rows. They are
-- filled when a row comes, and corrected when the HTTP fallback answers and
-- when a MaxMind DB file is replaced.

-- ISO 3166-1; 'ZZ': not known; NULL: none, it is not global or no address
ALTER TABLE active_ban ADD COLUMN country TEXT CHECK (length(country) = 2);
ALTER TABLE active_ban ADD COLUMN asn INTEGER CHECK (asn > 0);

-- With all that counting needs. What is nowhere costs nothing.
CREATE INDEX active_ban_country ON active_ban (country, jail, expires_at)
    WHERE country IS NOT NULL;
CREATE INDEX active_ban_asn ON active_ban (asn, jail, expires_at)
    WHERE asn IS NOT NULL;

-- Of which files the columns tell, and how far they do; exactly one row.
CREATE TABLE active_ban_sweep (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    stamp INTEGER NOT NULL,  -- identifies the MaxMind DB files
    at BLOB                  -- addr_key looked at last; NULL: all were
) STRICT;
INSERT INTO active_ban_sweep VALUES (1, 0, NULL);
