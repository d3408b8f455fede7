# Mirrors src/: one program a source file.
if HAVE_CMOCKA
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
endif
TESTS += $(check_PROGRAMS)
