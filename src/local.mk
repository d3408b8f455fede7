# One convenience library a layer; the order here is from the bottom up.
# t/lint checks that includes and symbols point down only.
include %D%/base/local.mk
include %D%/json/local.mk
include %D%/db/local.mk
include %D%/store/local.mk
include %D%/f2b/local.mk
include %D%/geo/local.mk
include %D%/fetch/local.mk
include %D%/service/local.mk
include %D%/http/local.mk
include %D%/api/local.mk
include %D%/pool/local.mk
include %D%/jobs/local.mk
include %D%/cli/local.mk

LIBS_SERVICE = libservice.a libstore.a libf2b.a libgeo.a libdb.a libbase.a
DEPS_SERVICE = $(SQLITE_LIBS) $(MAXMINDDB_LIBS) $(SODIUM_LIBS) $(CRYPT_LIBS)
LIBS_API = libapi.a libhttp.a libjson.a $(LIBS_SERVICE)
DEPS_API = $(FCGI_LIBS) $(JSONC_LIBS) $(DEPS_SERVICE)
LIBS_POOL = libpool.a $(LIBS_API)
LIBS_JOBS = libjobs.a libfetch.a libjson.a $(LIBS_SERVICE)
DEPS_JOBS = $(CURL_LIBS) $(JSONC_LIBS) $(DEPS_SERVICE)

pkglibexec_PROGRAMS += bangui-fcgi
bangui_fcgi_SOURCES = %D%/fcgi.c
bangui_fcgi_LDADD = $(LIBS_POOL) $(DEPS_API)

bin_PROGRAMS += bangui
bangui_SOURCES = %D%/cli.c
bangui_LDADD = libcli.a $(LIBS_JOBS) $(DEPS_JOBS)

# Without the archives that lie between: what it needs of service/ stands on
# store/ alone, and the linker says so.
sbin_PROGRAMS += bangui-reaper
bangui_reaper_SOURCES = %D%/reaper.c
bangui_reaper_LDADD = libservice.a libstore.a libdb.a libjson.a libbase.a \
	$(SQLITE_LIBS)

# The same: fail2ban's client and policy, and nothing of ours above them.
pkglibexec_PROGRAMS += bangui-gate
bangui_gate_SOURCES = %D%/gate.c
bangui_gate_LDADD = libf2b.a libdb.a libbase.a $(SQLITE_LIBS) $(SODIUM_LIBS)
