include %D%/lib/local.mk
include %D%/fixtures/local.mk
include %D%/unit/local.mk
include %D%/fuzz/local.mk
include %D%/lint/local.mk
include %D%/integration/local.mk
include %D%/browser/local.mk
include %D%/bench/local.mk
