# The page. unit/ and lint/ need node alone; the rest a browser and a stack.
# One file a line, so that additions do not collide.
BROWSER_UNIT_TESTS =
BROWSER_UNIT_TESTS += %D%/lint/budget.test.mjs
BROWSER_UNIT_TESTS += %D%/lint/contrast.test.mjs
BROWSER_UNIT_TESTS += %D%/lint/safety.test.mjs
BROWSER_UNIT_TESTS += %D%/lint/text.test.mjs
BROWSER_UNIT_TESTS += %D%/lint/types.test.mjs
BROWSER_UNIT_TESTS += %D%/lint/vendor.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/api.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/audit.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/bans.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/browsername.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/duration.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/i18n.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/inert.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/ip.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/jails.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/lines.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/password.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/past.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/pulse.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/range.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/resource.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/router.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/scale.test.mjs
BROWSER_UNIT_TESTS += %D%/unit/world.test.mjs

BROWSER_TESTS =
BROWSER_TESTS += %D%/account.test.mjs
BROWSER_TESTS += %D%/audit.test.mjs
BROWSER_TESTS += %D%/bans.test.mjs
BROWSER_TESTS += %D%/config.test.mjs
BROWSER_TESTS += %D%/dashboard.test.mjs
BROWSER_TESTS += %D%/first.test.mjs
BROWSER_TESTS += %D%/history.test.mjs
BROWSER_TESTS += %D%/jails.test.mjs
BROWSER_TESTS += %D%/keyboard.test.mjs
BROWSER_TESTS += %D%/level.test.mjs
BROWSER_TESTS += %D%/logs.test.mjs
BROWSER_TESTS += %D%/map.test.mjs
BROWSER_TESTS += %D%/places.test.mjs
BROWSER_TESTS += %D%/signin.test.mjs
BROWSER_TESTS += %D%/states.test.mjs
BROWSER_TESTS += %D%/story.test.mjs
BROWSER_TESTS += %D%/why.test.mjs
TESTS += $(BROWSER_TESTS) $(BROWSER_UNIT_TESTS)

EXTRA_DIST += \
	$(BROWSER_UNIT_TESTS) $(BROWSER_TESTS) \
	%D%/lib/deps.mjs \
	%D%/lib/geo.mjs \
	%D%/lib/page.mjs \
	%D%/lib/source.mjs \
	%D%/package.json \
	%D%/package-lock.json

# What the tests need of npm, at the exact versions of the lock file.
# Asked for by the tests that use it: a build that runs others needs no npm.
$(BROWSER_UNIT_TESTS:.mjs=.log) $(BROWSER_TESTS:.mjs=.log): %D%/modules.stamp
# ($(srcdir), or the copies in the build directory would stand for them.)
%D%/modules.stamp: $(srcdir)/%D%/package.json $(srcdir)/%D%/package-lock.json
	$(AM_V_GEN)$(MKDIR_P) %D% && \
	{ test '$(srcdir)' = . || cp $(srcdir)/%D%/package.json $(srcdir)/%D%/package-lock.json %D%/; } && \
	(cd %D% && npm ci --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error >npm.log 2>&1 || { cat npm.log; exit 1; }) && \
	: >$@

clean-local: clean-browser
clean-browser:
	rm -rf %D%/node_modules %D%/modules.stamp %D%/npm.log %D%/out
	test '$(srcdir)' = . || rm -f %D%/package.json %D%/package-lock.json
.PHONY: clean-browser
