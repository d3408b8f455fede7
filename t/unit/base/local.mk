check_PROGRAMS += %D%/test_addr
t_unit_base_test_addr_LDADD = libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_addr_kind
t_unit_base_test_addr_kind_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)
t_unit_base_test_addr_kind_LDADD = libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_buf
t_unit_base_test_buf_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
t_unit_base_test_buf_LDADD = libtorture.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_counters
t_unit_base_test_counters_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)
t_unit_base_test_counters_LDADD = libscratch.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_error
t_unit_base_test_error_LDADD = libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_file
t_unit_base_test_file_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP) $(FAULTS_WRAP)
t_unit_base_test_file_LDADD = \
	libfaults.a libscratch.a libtorture.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_geo_answer
t_unit_base_test_geo_answer_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)
t_unit_base_test_geo_answer_LDADD = libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_log
t_unit_base_test_log_CPPFLAGS = $(AM_CPPFLAGS) $(JSONC_CFLAGS)
t_unit_base_test_log_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=syslog -Wl,--wrap=__syslog_chk -Wl,--wrap=__vsyslog_chk
t_unit_base_test_log_LDADD = libbase.a $(CMOCKA_LIBS) $(JSONC_LIBS)

check_PROGRAMS += %D%/test_num
t_unit_base_test_num_LDADD = libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_options
t_unit_base_test_options_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)
t_unit_base_test_options_LDADD = libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_own_way
t_unit_base_test_own_way_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)
t_unit_base_test_own_way_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
t_unit_base_test_own_way_LDADD = libtorture.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_random
t_unit_base_test_random_LDADD = libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_settings
t_unit_base_test_settings_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
t_unit_base_test_settings_LDADD = libscratch.a libtorture.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_str
t_unit_base_test_str_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
t_unit_base_test_str_LDADD = libtorture.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_time
t_unit_base_test_time_LDADD = libbase.a $(CMOCKA_LIBS)
