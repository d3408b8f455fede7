-- With two filters the index of one is walked, and the other asked of each
-- ban on the way. So these hold what all filters by number and country ask:
-- a ban that is passed over costs a tenth of what it does to look at its row.

DROP INDEX ban_jail_banned_at;
DROP INDEX ban_asn_banned_at;
DROP INDEX ban_country_time;
CREATE INDEX ban_jail_time
    ON ban (jail_id, banned_at, id, country, asn, kind, origin);
CREATE INDEX ban_asn_time
    ON ban (asn, banned_at, id, jail_id, country, kind, origin);
CREATE INDEX ban_country_time
    ON ban (country, kind, banned_at, id, jail_id, asn, origin);
