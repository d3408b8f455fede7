check_PROGRAMS += %D%/test_master
%C%_test_master_LDADD = $(LIBS_POOL) $(DEPS_API) $(CMOCKA_LIBS)
