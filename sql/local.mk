# The migrations in their order: listed, never globbed.
SQL_FILES = \
	%D%/0001_init.sql \
	%D%/0002_active_ban.sql \
	%D%/0003_geo_cache.sql \
	%D%/0004_geo_last_seen.sql \
	%D%/0005_ban.sql \
	%D%/0006_token.sql \
	%D%/0007_job.sql \
	%D%/0008_geo_quota.sql \
	%D%/0009_active_ban_where.sql \
	%D%/0010_retention.sql \
	%D%/0011_ban_sum.sql \
	%D%/0012_ban_walk.sql \
	%D%/0013_audit.sql \
	%D%/0014_idempotency.sql \
	%D%/0015_ban_often.sql \
	%D%/0016_ban_text.sql \
	%D%/0017_event.sql \
	%D%/0018_own_address.sql \
	%D%/0019_manual_ban.sql \
	%D%/0020_allow.sql

EXTRA_DIST += $(SQL_FILES) %D%/embed.awk
CLEANFILES += src/store/migrations.c

src/store/migrations.c: $(SQL_FILES) %D%/embed.awk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	LC_ALL=C $(AWK) -f $(srcdir)/%D%/embed.awk \
	  `for f in $(SQL_FILES); do echo "$(srcdir)/$$f"; done` > $@.tmp && \
	mv $@.tmp $@
