include %D%/lib/local.mk
include %D%/lib/hooks/local.mk
include %D%/fixtures/local.mk
# What takes longest comes first, so that nothing long is left at the end.
include %D%/browser/local.mk
include %D%/integration/local.mk
include %D%/unit/local.mk
include %D%/fuzz/local.mk
include %D%/lint/local.mk
include %D%/bench/local.mk
include %D%/package/local.mk
