-- What is known of addresses that the MaxMind DB file could not tell: answers
-- from the network, if the operator allows to ask there, and the addresses
-- for which there was no answer yet. The rows without an answer are the queue
-- of those to ask for.

CREATE TABLE geo_cache (
    addr BLOB PRIMARY KEY CHECK (length(addr) = 16), -- IPv4 mapped
    country_code TEXT CHECK (length(country_code) = 2), -- ISO 3166-1
    country_name TEXT,
    asn INTEGER CHECK (asn BETWEEN 1 AND 4294967295),
    as_org TEXT,
    source TEXT,                 -- who answered; NULL: nobody yet
    resolved_at INTEGER,         -- when; Unix seconds
    retry_at INTEGER,            -- ask from then on; NULL: answered
    attempts INTEGER NOT NULL DEFAULT 0, -- asked in vain
    CHECK ((source IS NULL) = (resolved_at IS NULL)),
    CHECK ((country_code IS NULL) = (retry_at IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- Only the rows that wait for an answer, in the order of asking.
CREATE INDEX geo_cache_due ON geo_cache (retry_at) WHERE retry_at IS NOT NULL;
