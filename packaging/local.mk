# What runs BanGUI's programs by the clock: cron, and the units of systemd
# where configure was told their directory or has found it.
crondir = $(sysconfdir)/cron.d
nodist_cron_DATA = %D%/cron/bangui
CLEANFILES += $(nodist_cron_DATA)
EXTRA_DIST += %D%/cron/bangui.in

SYSTEMD_UNITS_MADE = \
	%D%/systemd/bangui-gate.socket \
	%D%/systemd/bangui-gate@.service \
	%D%/systemd/bangui-jobs.service \
	%D%/systemd/bangui-reaper.service
SYSTEMD_UNITS = %D%/systemd/bangui-reaper.timer
if SYSTEMD
systemdsystemunitdir = $(SYSTEMDSYSTEMUNITDIR)
nodist_systemdsystemunit_DATA = $(SYSTEMD_UNITS_MADE)
dist_systemdsystemunit_DATA = $(SYSTEMD_UNITS)
endif
check_DATA += $(SYSTEMD_UNITS_MADE)
CLEANFILES += $(SYSTEMD_UNITS_MADE)
EXTRA_DIST += $(SYSTEMD_UNITS) $(SYSTEMD_UNITS_MADE:=.in)

PACKAGING_SED = $(AM_V_GEN)$(MKDIR_P) $(@D) && $(SED) \
	-e 's|[@]sbindir@|$(sbindir)|g' \
	-e 's|[@]bindir@|$(bindir)|g' \
	-e 's|[@]pkglibexecdir@|$(pkglibexecdir)|g' \
	-e 's|[@]runstatedir@|$(runstatedir)|g' \
	-e 's|[@]statedir@|$(localstatedir)/lib/bangui|g' \
	-e 's|[@]user@|bangui|g'
%D%/cron/bangui: %D%/cron/bangui.in Makefile
	$(PACKAGING_SED) $(srcdir)/%D%/cron/bangui.in >$@.tmp && mv $@.tmp $@
SUFFIXES += .service.in .service .socket.in .socket
.socket.in.socket:
	$(PACKAGING_SED) $< >$@.tmp && mv $@.tmp $@
.service.in.service:
	$(PACKAGING_SED) $< >$@.tmp && mv $@.tmp $@
$(SYSTEMD_UNITS_MADE): Makefile

# fail2ban on BanGUI's own log; switched off until the operator wants it.
fail2banfilterdir = $(FAIL2BANCONFDIR)/filter.d
fail2banjaildir = $(FAIL2BANCONFDIR)/jail.d
dist_fail2banfilter_DATA = %D%/fail2ban/filter.d/bangui-auth.conf
dist_fail2banjail_DATA = %D%/fail2ban/jail.d/bangui-auth.conf

# What the gate lets through: root's file, which an update leaves alone.
gateconfdir = $(sysconfdir)/bangui
EXTRA_DIST += %D%/gate.conf
install-data-local: install-gate-conf
install-gate-conf:
	$(MKDIR_P) "$(DESTDIR)$(gateconfdir)"
	test -f "$(DESTDIR)$(gateconfdir)/gate.conf" || \
		$(INSTALL_DATA) $(srcdir)/%D%/gate.conf "$(DESTDIR)$(gateconfdir)"
uninstall-local: uninstall-gate-conf
uninstall-gate-conf:
	rm -f "$(DESTDIR)$(gateconfdir)/gate.conf"
.PHONY: install-gate-conf uninstall-gate-conf
