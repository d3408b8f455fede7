-- When the remote service for addresses may be asked again: it counts
-- requests, and bans who goes on when it has said stop. That has to outlive
-- the process that was told.

CREATE TABLE geo_quota (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    not_before INTEGER NOT NULL, -- Unix seconds
    wait_s INTEGER NOT NULL      -- how far away that was when it was set: if
                                 -- it is further away now, the clock went back
) STRICT;

INSERT INTO geo_quota (id, not_before, wait_s) VALUES (1, 0, 0);
