# The page. It needs no tool beyond sh, sed, gzip and sha256sum.

# Modules of the first view of the dashboard, preloaded in one round. A test
# holds this list against what they import.
STATIC_FIRST = \
	app.js \
	routes.js \
	components/bans.js \
	components/cells.js \
	components/icon.js \
	components/shell.js \
	components/states.js \
	components/tiles.js \
	i18n/en.js \
	lib/api.js \
	lib/bans.js \
	lib/clock.js \
	lib/dom.js \
	lib/duration.js \
	lib/i18n.js \
	lib/inert.js \
	lib/keys.js \
	lib/pulse.js \
	lib/resource.js \
	lib/router.js \
	lib/session.js \
	lib/store.js \
	lib/theme.js \
	lib/toast.js \
	pages/dashboard.js \
	vendor/preact.js

# One after the other they are page.css, which the first view waits for.
STATIC_STYLES = \
	css/tokens.css \
	css/base.css \
	css/components.css \
	css/layout.css

# And these are late.css, which comes with the first part that is fetched later.
STATIC_LATE = \
	css/late/parts.css \
	css/late/audit.css \
	css/late/config.css \
	css/late/history.css \
	css/late/jails.css \
	css/late/logs.css \
	css/late/map.css \
	css/late/why.css

STATIC_FILES = \
	$(STATIC_FIRST) \
	boot.js \
	components/actlist.js \
	components/auditlist.js \
	components/bandialog.js \
	components/barchart.js \
	components/confirm.js \
	components/conflist.js \
	components/conftext.js \
	components/confvalues.js \
	components/countline.js \
	components/dialog.js \
	components/down.js \
	components/evidence.js \
	components/facets.js \
	components/field.js \
	components/filters.js \
	components/form.js \
	components/gate.js \
	components/groups.js \
	components/history.js \
	components/jailacts.js \
	components/jailbits.js \
	components/jailignored.js \
	components/jailsettings.js \
	components/keyhelp.js \
	components/notices.js \
	components/lockout.js \
	components/overview.js \
	components/passwordform.js \
	components/passwordmeter.js \
	components/queryfield.js \
	components/rank.js \
	components/segmented.js \
	components/sessions.js \
	components/signin.js \
	components/tip.js \
	components/tokendialog.js \
	components/tokens.js \
	components/viewdialog.js \
	components/worldmap.js \
	data/LICENSE.world \
	data/world.json \
	i18n/en-account.js \
	i18n/en-audit.js \
	i18n/en-bandialog.js \
	i18n/en-bans.js \
	i18n/en-config.js \
	i18n/en-door.js \
	i18n/en-filters.js \
	i18n/en-groups.js \
	i18n/en-history.js \
	i18n/en-jailacts.js \
	i18n/en-jails.js \
	i18n/en-keys.js \
	i18n/en-limits.js \
	i18n/en-lockout.js \
	i18n/en-logs.js \
	i18n/en-notices.js \
	i18n/en-overview.js \
	i18n/en-places.js \
	i18n/en-why.js \
	img/favicon.svg \
	lib/account.js \
	lib/audit.js \
	lib/browsername.js \
	lib/buckets.js \
	lib/complete.js \
	lib/ip.js \
	lib/jails.js \
	lib/limits.js \
	lib/lines.js \
	lib/listing.js \
	lib/password.js \
	lib/past.js \
	lib/range.js \
	lib/scale.js \
	lib/views.js \
	lib/walk.js \
	lib/width.js \
	lib/world.js \
	pages/account.js \
	pages/audit.js \
	pages/config.js \
	pages/history.js \
	pages/logs.js \
	pages/ip.js \
	pages/jail.js \
	pages/jails.js \
	pages/map.js \
	pages/setup.js \
	pages/why.js \
	vendor/LICENSE.htm \
	vendor/LICENSE.preact

static_sources = $(STATIC_STYLES:%=%D%/%) $(STATIC_LATE:%=%D%/%) $(STATIC_FILES:%=%D%/%) %D%/index.html

EXTRA_DIST += \
	$(static_sources) \
	%D%/data/SHA256SUMS \
	%D%/data/build.mjs \
	%D%/globals.d.ts \
	%D%/mkdist.sh \
	%D%/package.json \
	%D%/vendor/SHA256SUMS \
	%D%/vendor/build.mjs \
	%D%/vendor/preact.d.ts

noinst_DATA = static-dist.stamp

static-dist.stamp: $(static_sources) %D%/mkdist.sh %D%/local.mk
	$(AM_V_GEN)$(SHELL) $(srcdir)/%D%/mkdist.sh $(srcdir)/%D% static-dist \
		'$(STATIC_FIRST)' '$(STATIC_STYLES)' '$(STATIC_LATE)' '$(STATIC_FILES)' && : >$@

staticdir = $(pkgdatadir)/static

install-data-local: static-dist.stamp
	(cd static-dist && find . -type f) | while read -r f; do \
		d=$$(dirname "$(DESTDIR)$(staticdir)/$$f"); \
		$(MKDIR_P) "$$d" && \
		$(INSTALL_DATA) "static-dist/$$f" "$$d" || exit 1; \
	done

uninstall-local:
	rm -rf "$(DESTDIR)$(staticdir)"

clean-local:
	rm -rf static-dist static-dist.new static-dist.stamp
