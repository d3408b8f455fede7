-- How many bans there were, counted as they are archived: a question about a
-- year adds a few thousand rows of these and never looks at the bans in it,
-- and one about all history adds one row for each thing that it tells apart.
--
-- Each count is of one period: level 0 an hour, 1 a day, 2 thirty days, 3 all
-- history; start is when it begins, in Unix seconds, and a whole multiple of
-- its length (0 for all history). jail_id 0 is all jails together, so that
-- the most frequent questions do not add them up.

-- For totals and trends.
CREATE TABLE ban_sum (
    level INTEGER NOT NULL,
    jail_id INTEGER NOT NULL,
    start INTEGER NOT NULL,
    origin INTEGER NOT NULL,
    bans INTEGER NOT NULL,
    PRIMARY KEY (level, jail_id, start, origin)
) STRICT, WITHOUT ROWID;

CREATE TABLE ban_sum_country (
    level INTEGER NOT NULL,
    jail_id INTEGER NOT NULL,
    start INTEGER NOT NULL,
    country TEXT NOT NULL,  -- 'ZZ': not known; '': none, it is not global
    origin INTEGER NOT NULL,
    bans INTEGER NOT NULL,
    PRIMARY KEY (level, jail_id, start, country, origin)
) STRICT, WITHOUT ROWID;

-- Without hours: of so many networks an hour meets most of them once.
CREATE TABLE ban_sum_asn (
    level INTEGER NOT NULL,
    jail_id INTEGER NOT NULL,
    start INTEGER NOT NULL,
    asn INTEGER NOT NULL,   -- 0: not known; -1: none, it is not global
    country TEXT NOT NULL,  -- as above
    origin INTEGER NOT NULL,
    bans INTEGER NOT NULL,
    PRIMARY KEY (level, jail_id, start, asn, country, origin)
) STRICT, WITHOUT ROWID;

-- The bans that are there already. From here on store/ban_sum_store.c counts,
-- with the same statements.
INSERT INTO ban_sum (level, jail_id, start, origin, bans)
SELECT p.level, b.jail_id * k.keep, b.banned_at / p.s * p.s, b.origin,
    count(*)
FROM ban AS b
CROSS JOIN (SELECT 0 AS level, 3600 AS s UNION ALL SELECT 1, 86400
    UNION ALL SELECT 2, 2592000 UNION ALL SELECT 3, 9223372036854775807) AS p
CROSS JOIN (SELECT 0 AS keep UNION ALL SELECT 1) AS k
GROUP BY 1, 2, 3, 4;

INSERT INTO ban_sum_country (level, jail_id, start, country, origin, bans)
SELECT p.level, b.jail_id * k.keep, b.banned_at / p.s * p.s,
    CASE WHEN b.kind <> 0 THEN '' ELSE coalesce(b.country, 'ZZ') END,
    b.origin, count(*)
FROM ban AS b
CROSS JOIN (SELECT 0 AS level, 3600 AS s UNION ALL SELECT 1, 86400
    UNION ALL SELECT 2, 2592000 UNION ALL SELECT 3, 9223372036854775807) AS p
CROSS JOIN (SELECT 0 AS keep UNION ALL SELECT 1) AS k
GROUP BY 1, 2, 3, 4, 5;

INSERT INTO ban_sum_asn (level, jail_id, start, asn, country, origin, bans)
SELECT p.level, b.jail_id * k.keep, b.banned_at / p.s * p.s,
    CASE WHEN b.kind <> 0 THEN -1 ELSE coalesce(b.asn, 0) END,
    CASE WHEN b.kind <> 0 THEN '' ELSE coalesce(b.country, 'ZZ') END,
    b.origin, count(*)
FROM ban AS b
CROSS JOIN (SELECT 1 AS level, 86400 AS s UNION ALL SELECT 2, 2592000
    UNION ALL SELECT 3, 9223372036854775807) AS p
CROSS JOIN (SELECT 0 AS keep UNION ALL SELECT 1) AS k
GROUP BY 1, 2, 3, 4, 5, 6;

-- One index a filter: a page of the list walks one of them from its cursor
-- on. The row's id decides between equal times and is at the end of each.
-- ban_time holds all that filters and counts ask of a row, so that what lies
-- at the edge of a period is counted without its rows; that of countries
-- tells those that are not known from those that there are none of.
DROP INDEX ban_banned_at;
DROP INDEX ban_country_banned_at;
CREATE INDEX ban_time
    ON ban (banned_at, id, jail_id, country, asn, kind, origin);
CREATE INDEX ban_country_time ON ban (country, kind, banned_at);
CREATE INDEX ban_jail_country_time ON ban (jail_id, country, kind, banned_at);
CREATE INDEX ban_origin_time ON ban (origin, banned_at);
