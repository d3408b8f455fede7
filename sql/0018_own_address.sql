-- Addresses that this machine lives by, as the job runner sees them each
-- minute: workers have no network and cannot look. Banning one of them, or a
-- network that holds one, may lock everybody out.
CREATE TABLE own_address (
	kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
	                      -- 0 its own, 1 a gateway, 2 a resolver
	addr BLOB NOT NULL CHECK (length(addr) = 16), -- IPv4 mapped
	PRIMARY KEY (kind, addr)
) STRICT, WITHOUT ROWID;
