# What runs BanGUI's programs by the clock: cron, and the units of systemd
# where configure was told their directory or has found it.
crondir = $(sysconfdir)/cron.d
nodist_cron_DATA = %D%/cron/bangui
CLEANFILES += $(nodist_cron_DATA)
EXTRA_DIST += %D%/cron/bangui.in

SYSTEMD_UNITS_MADE = \
	%D%/systemd/bangui-fcgi.service \
	%D%/systemd/bangui-fcgi.socket \
	%D%/systemd/bangui-gate.socket \
	%D%/systemd/bangui-gate@.service \
	%D%/systemd/bangui-jobs.service \
	%D%/systemd/bangui-reaper.service
SYSTEMD_UNITS = %D%/systemd/bangui-reaper.timer
if SYSTEMD
systemdsystemunitdir = $(SYSTEMDSYSTEMUNITDIR)
nodist_systemdsystemunit_DATA = $(SYSTEMD_UNITS_MADE)
dist_systemdsystemunit_DATA = $(SYSTEMD_UNITS)
sysusersdir = $(prefix)/lib/sysusers.d
nodist_sysusers_DATA = %D%/sysusers.d/bangui.conf
tmpfilesdir = $(prefix)/lib/tmpfiles.d
nodist_tmpfiles_DATA = %D%/tmpfiles.d/bangui.conf
endif
CLEANFILES += %D%/sysusers.d/bangui.conf %D%/tmpfiles.d/bangui.conf
EXTRA_DIST += %D%/systemd/bangui.sysusers.in %D%/systemd/bangui.tmpfiles.in

# systemd knows the pool by another name too, which also keeps it from making
# a unit of the init script.
install-data-local: install-unit-alias
install-unit-alias:
if SYSTEMD
	$(MKDIR_P) "$(DESTDIR)$(systemdsystemunitdir)"
	ln -sf bangui-fcgi.service "$(DESTDIR)$(systemdsystemunitdir)/bangui.service"
endif
uninstall-local: uninstall-unit-alias
uninstall-unit-alias:
if SYSTEMD
	rm -f "$(DESTDIR)$(systemdsystemunitdir)/bangui.service"
endif
.PHONY: install-unit-alias uninstall-unit-alias

# The same for systems without systemd: spawn-fcgi starts the pool.
initscriptdir = $(pkgdatadir)/init.d
nodist_initscript_SCRIPTS = %D%/init.d/bangui
CLEANFILES += $(nodist_initscript_SCRIPTS)
EXTRA_DIST += %D%/bangui.init.in
check_DATA += $(SYSTEMD_UNITS_MADE)
CLEANFILES += $(SYSTEMD_UNITS_MADE)
EXTRA_DIST += $(SYSTEMD_UNITS) $(SYSTEMD_UNITS_MADE:=.in)

PACKAGING_SED = $(AM_V_GEN)$(MKDIR_P) $(@D) && $(SED) \
	-e 's|[@]sbindir@|$(sbindir)|g' \
	-e 's|[@]bindir@|$(bindir)|g' \
	-e 's|[@]pkglibexecdir@|$(pkglibexecdir)|g' \
	-e 's|[@]runstatedir@|$(runstatedir)|g' \
	-e 's|[@]statedir@|$(localstatedir)/lib/bangui|g' \
	-e 's|[@]webgroup@|$(WEBGROUP)|g' \
	-e 's|[@]user@|bangui|g'
%D%/cron/bangui: %D%/cron/bangui.in Makefile
	$(PACKAGING_SED) $(srcdir)/%D%/cron/bangui.in >$@.tmp && mv $@.tmp $@
%D%/init.d/bangui: %D%/bangui.init.in Makefile
	$(PACKAGING_SED) $(srcdir)/%D%/bangui.init.in >$@.tmp && \
		chmod +x $@.tmp && mv $@.tmp $@
%D%/sysusers.d/bangui.conf: %D%/systemd/bangui.sysusers.in Makefile
	$(PACKAGING_SED) $(srcdir)/%D%/systemd/bangui.sysusers.in >$@.tmp && mv $@.tmp $@
%D%/tmpfiles.d/bangui.conf: %D%/systemd/bangui.tmpfiles.in Makefile
	$(PACKAGING_SED) $(srcdir)/%D%/systemd/bangui.tmpfiles.in >$@.tmp && mv $@.tmp $@
SUFFIXES += .service.in .service .socket.in .socket
.socket.in.socket:
	$(PACKAGING_SED) $< >$@.tmp && mv $@.tmp $@
.service.in.service:
	$(PACKAGING_SED) $< >$@.tmp && mv $@.tmp $@
$(SYSTEMD_UNITS_MADE): Makefile

# Jails of our own: for bans by hand and from lists, and one on BanGUI's own
# log, which is switched off until the operator wants it. What the operator
# changes stands in .local files, which we never touch.
fail2banfilterdir = $(FAIL2BANCONFDIR)/filter.d
fail2banjaildir = $(FAIL2BANCONFDIR)/jail.d
dist_fail2banfilter_DATA = \
	%D%/fail2ban/filter.d/bangui-auth.conf \
	%D%/fail2ban/filter.d/bangui-none.conf
dist_fail2banjail_DATA = \
	%D%/fail2ban/jail.d/bangui-auth.conf \
	%D%/fail2ban/jail.d/bangui-blocklist.conf \
	%D%/fail2ban/jail.d/bangui-manual.conf

# The settings, each a comment with its default, from the table that the
# programs read; and what the gate lets through. Both are the operator's, and
# an update leaves them alone.
confdir = $(sysconfdir)/bangui
%D%/bangui.conf: bangui$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && env -i BANGUI_CONFIG=/dev/null \
		./bangui$(EXEEXT) config template >$@.tmp && mv $@.tmp $@
all-local: %D%/bangui.conf
CLEANFILES += %D%/bangui.conf
EXTRA_DIST += %D%/gate.conf
install-data-local: install-conf
install-conf: %D%/bangui.conf
	$(MKDIR_P) "$(DESTDIR)$(confdir)"
	for f in %D%/bangui.conf $(srcdir)/%D%/gate.conf; do \
		test -f "$(DESTDIR)$(confdir)/$${f##*/}" || \
			$(INSTALL_DATA) $$f "$(DESTDIR)$(confdir)" || exit 1; \
	done
uninstall-local: uninstall-conf
uninstall-conf:
	rm -f "$(DESTDIR)$(confdir)/bangui.conf" \
		"$(DESTDIR)$(confdir)/gate.conf"
.PHONY: install-conf uninstall-conf

# Debian's side: dpkg-buildpackage wants it as debian/, which build-deb makes.
EXTRA_DIST += \
	%D%/build-deb \
	%D%/debian/README.Debian \
	%D%/debian/bangui.lintian-overrides \
	%D%/debian/bangui.postinst \
	%D%/debian/bangui.postrm \
	%D%/debian/changelog \
	%D%/debian/control \
	%D%/debian/copyright \
	%D%/debian/rules \
	%D%/debian/source/format
