-- When a row was last of use, moved at most once a day: what nobody has asked
-- for in a long time is deleted. Of the rows that are there already nobody
-- knows, so they begin to age now. There is no index: the reaper sweeps the
-- table in the order of its key, and an index would cost more at each use
-- than it saves once a night.

ALTER TABLE geo_cache ADD COLUMN last_seen INTEGER NOT NULL DEFAULT 0;
UPDATE geo_cache SET last_seen = CAST(strftime('%s', 'now') AS INTEGER);
