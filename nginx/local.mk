# nginx's side. Where it goes is asked of configure, so that a package can say
# /etc/nginx/snippets.
nginxconfdir = $(NGINXCONFDIR)
nodist_nginxconf_DATA = \
	%D%/bangui-fastcgi.conf \
	%D%/bangui-headers.conf \
	%D%/bangui-http.conf \
	%D%/bangui-site.conf \
	%D%/bangui.conf
CLEANFILES += $(nodist_nginxconf_DATA)
EXTRA_DIST += $(nodist_nginxconf_DATA:=.in)

SUFFIXES = .conf.in .conf
.conf.in.conf:
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(SED) \
		-e 's|[@]nginxconfdir@|$(nginxconfdir)|g' \
		-e 's|[@]staticdir@|$(pkgdatadir)/static|g' \
		-e 's|[@]fcgisocket@|$(runstatedir)/bangui/fcgi.sock|g' \
		$< >$@.tmp && mv $@.tmp $@
$(nodist_nginxconf_DATA): Makefile
