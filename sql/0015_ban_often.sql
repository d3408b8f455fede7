-- Which addresses were banned most? There are about as many addresses as there
-- are bans, so that counting them takes as long as there are bans. But those
-- that were banned more than once are few, and none can have been banned more
-- often in a time than in a longer one around it.

-- How often an address was banned in sixty days, or ever: those that were
-- banned once are not here. The sixty days begin each thirty days, so that
-- any thirty days are within one of them.
CREATE TABLE ban_often (
    since INTEGER NOT NULL,  -- when they begin, a multiple of thirty days in
                             -- Unix seconds; -1: all history
    addr_key BLOB NOT NULL,  -- as in ban
    bans INTEGER NOT NULL,
    PRIMARY KEY (since, addr_key)
) STRICT, WITHOUT ROWID;

INSERT INTO ban_often (since, addr_key, bans)
SELECT -1, addr_key, count(*) FROM ban GROUP BY addr_key HAVING count(*) > 1;

INSERT INTO ban_often (since, addr_key, bans)
SELECT b.banned_at / 2592000 * 2592000 - w.back, b.addr_key, count(*)
FROM ban AS b CROSS JOIN (SELECT 0 AS back UNION ALL SELECT 2592000) AS w
GROUP BY 2, 1 HAVING count(*) > 1;

CREATE INDEX ban_often_bans ON ban_often (since, bans);

-- What took long to find out, kept for a minute: whoever asks the same again
-- gets it from here, whichever process answers him.
CREATE TABLE ban_answer (
    question TEXT PRIMARY KEY,
    at INTEGER NOT NULL,     -- when it was found out
    answer TEXT NOT NULL     -- JSON
) STRICT, WITHOUT ROWID;
