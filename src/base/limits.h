/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every limit of the program: name, value, unit, reason. A limit has a test
 * on both sides of it.
 */
#ifndef BANGUI_BASE_LIMITS_H
#define BANGUI_BASE_LIMITS_H

/* Requests (SECURITY: SEC-32) */
#define LIMIT_BODY (64 * 1024)         /* bytes of an ordinary body */
#define LIMIT_URI (8 * 1024)           /* bytes, path and query */
#define LIMIT_QUERY_PARAMS 64          /* name=value pairs */
#define LIMIT_HEADER 4096              /* bytes of a header that we read */
#define LIMIT_REQUEST_ID 64            /* characters kept from outside */
#define LIMIT_REPLY (64 * 1024 * 1024) /* bytes of one response body */
#define LIMIT_REQUEST_S 60             /* a worker in one request */
#define LIMIT_STREAM_S 3600            /* ... in one that goes on and on */
#define LIMIT_STREAM_GUARD_S 10        /* ... who asked may still, so often */
#define LIMIT_LIST_MAX 1000            /* rows of one page */
#define LIMIT_LIST_DEFAULT 50
#define LIMIT_IP_RECENT 50 /* bans told of one address */
#define LIMIT_IP_FILTER 64 /* bytes of what a list is searched for */
#define LIMIT_BAN_IPS 1000 /* addresses of one ban request */
#define LIMIT_REASON 200   /* bytes of a reason */

#define LIMIT_IDEMPOTENCY_KEY 64  /* characters */
#define LIMIT_IDEMPOTENCY_S 86400 /* a key's first answer is kept for */

/* JSON in (SEC-30) */
#define LIMIT_JSON_TEXT (1024 * 1024) /* bytes; json-c counts in int */
#define LIMIT_JSON_DEPTH 16
#define LIMIT_JSON_KEY 128 /* bytes of one name */

/* Log */
#define LIMIT_LOG_LINE 8192 /* bytes, with the line end */

/* fail2ban's socket (PROTOCOL: decoder rules, time limits) */
#define LIMIT_PICKLE_BYTES (64UL * 1024 * 1024) /* one reply */
#define LIMIT_PICKLE_STRING (1024 * 1024)       /* one string */
#define LIMIT_PICKLE_DEPTH 64                   /* a real reply has 8 */
#define LIMIT_PICKLE_VALUES 2000000 /* 500,000 bans need 1.5 million */
#define LIMIT_PICKLE_TEXT (256UL * 1024 * 1024)   /* after memo expansion */
#define LIMIT_PICKLE_MEMORY (256UL * 1024 * 1024) /* of one decoded reply */
#define LIMIT_F2B_REQUEST (64 * 1024)             /* bytes of one request */
#define LIMIT_F2B_PIPELINE (1024 * 1024)          /* ... sent in one go */
#define LIMIT_F2B_CONNECT_MS 2000
#define LIMIT_F2B_QUICK_MS 1800 /* small queries: a hung server, within 2 s */
#define LIMIT_F2B_PIPE_MS 5000  /* small queries, all of a conversation */
#define LIMIT_F2B_READ_MS                                                      \
	20000                  /* queries that list every ban: 500,000 take    \
				* 4 s on an idle machine */
#define LIMIT_F2B_ACT_MS 30000 /* commands that run actions */
#define LIMIT_F2B_FAILFAST_MS 2000 /* after a time-out: refuse at once */
#define LIMIT_F2B_TURN_MS 300 /* nobody came or went: it hangs, do not wait */
#define LIMIT_JAIL_NAME 64    /* bytes; fail2ban takes any length */
#define LIMIT_LOG_PATH 512    /* bytes of a log that fail2ban shall read */
#define LIMIT_JAILS 1000      /* jails that we look at */

/* bangui-gate (f2b/gate.h) */
#define LIMIT_GATE_CLIENTS 32     /* at a time */
#define LIMIT_GATE_IDLE_MS 300000 /* a client that says nothing */
#define LIMIT_GATE_READ_MS 5000   /* a request, from its first byte */
#define LIMIT_GATE_WRITE_MS 5000  /* a piece of a reply: 64 KiB or less */
#define LIMIT_GATE_REFUSED 100    /* requests, before a client is let go */
#define LIMIT_GATE_REPLY (20L * 1024 * 1024) /* bytes of a reply of its own */

#define LIMIT_IGNORE_SHOWN 200   /* entries of the list beside a jail */
#define LIMIT_JAILS_WAIT_MS 1500 /* for another act on jails to end */

/* The shared rows of bans in force (service/bans/bans_refresh.h) */
#define LIMIT_BANS_FRESH_MS 2000   /* older rows: ask fail2ban again */
#define LIMIT_BANS_SERVE_MS 4000   /* older rows are never shown */
#define LIMIT_BANS_WAIT_MS 2000    /* for another worker's asking */
#define LIMIT_BANS_FULL_MS 10000   /* whole lists at least so far apart */
#define LIMIT_BANS_COST_FACTOR 100 /* and so many times what they cost */
#define LIMIT_BANS_TXN 2000        /* rows written in one transaction */
#define LIMIT_BANS_TRIM 5000       /* bans read: give memory back after them */
#define LIMIT_BANS_SORT 2000       /* rows sorted to show one page of them */

/* The archive (service/archive/ban_list.c, service/archive/stats.c) */
#define LIMIT_BANS_COUNT 10000     /* of a network: counted one by one */
#define LIMIT_STATS_ROWS 100000    /* the same, for statistics */
#define LIMIT_STATS_ADDRESSES 5000 /* bans whose addresses are told apart */
#define LIMIT_STATS_BUCKETS 62     /* of a trend: two months of days */
#define LIMIT_TOP_DEFAULT 10
#define LIMIT_TOP_MAX 100     /* addresses told of as the most banned */
#define LIMIT_TOP_ROWS 60000  /* bans counted for them, all in one go */
#define LIMIT_TOP_LOOKS 30000 /* addresses counted for, one by one */
#define LIMIT_TOP_KEPT_S 60   /* an answer is good for so long ... */
#define LIMIT_TOP_FEW 500     /* ... if it took more looks at bans */
#define LIMIT_EVENTS 100      /* told in one answer */
#define LIMIT_EVENT_KEPT_S 86400
#define LIMIT_EVENT_UNBANS 50 /* told by name, of one jail at once */
#define LIMIT_BAN_GAPS 100    /* told of; the newest */

/* The query language (service/archive/query.h) */
#define LIMIT_QUERY 1024     /* bytes */
#define LIMIT_QUERY_TERMS 64 /* a statement has one parameter or more each */
#define LIMIT_QUERY_DEPTH 16 /* brackets in each other: recursion */
#define LIMIT_QUERY_MS 1000  /* a question to the archive takes no longer */
#define LIMIT_QUERY_EXPORT_MS 20000 /* ... but for some rows of an export */
#define LIMIT_FACETS 50             /* values told of each facet */
#define LIMIT_FACET_ROWS 5000   /* bans looked at where sums cannot tell them */
#define LIMIT_RANGE_ROWS 10000  /* and for what networks they come from */
#define LIMIT_COMPLETIONS 20    /* ways on that a query is shown */
#define LIMIT_TEXT_WINDOW 2000  /* newest bans, of which so many ... */
#define LIMIT_TEXT_FREQUENT 100 /* ... have a text that is frequent */
#define LIMIT_TEXT_COUNTED 200  /* bans looked at for a frequent text */
#define LIMIT_TEXT_COPY 100     /* bans whose text goes in as they are copied */
#define LIMIT_TEXT_FILL 300     /* ... and in one step otherwise */
#define LIMIT_TEXT_STEP_MS 30   /* one step, after a response */
#define LIMIT_TEXT_REST_MS 20   /* between two of them */
#define LIMIT_TEXT_IDLE_MS 1000 /* between two looks */

/* Exports (api/export.c, service/export.c) */
#define LIMIT_EXPORTS 4         /* at a time, however many workers there are */
#define LIMIT_EXPORT_RETRY_S 10 /* ask again when all of them are taken */
#define LIMIT_EXPORT_ROWS 200   /* read in one go, and sent before the next */

#define LIMIT_LOCKOUT_TOLD 100 /* protected addresses told of one request */

/* The allowlist (service/guard/allow.h) */
#define LIMIT_ALLOW 1000       /* entries */
#define LIMIT_ALLOW_VALUE 253  /* bytes: a host name */
#define LIMIT_ALLOW_JAILS 50   /* named by one entry */
#define LIMIT_ALLOW_HOST_S 300 /* a name is looked up so often */
#define LIMIT_ALLOW_ADDRS 64   /* addresses of one host */

/* Banning (service/bans/bans_act.c) */
#define LIMIT_BAN_ASK 500        /* "is it banned?" at once: a fast query */
#define LIMIT_BAN_FIRST 10       /* addresses of the first command */
#define LIMIT_BAN_GROUP 200      /* addresses of one command */
#define LIMIT_BAN_COMMAND_MS 75  /* aim: fail2ban is deaf meanwhile */
#define LIMIT_BAN_START_MS 25000 /* start no command after so long */
#define LIMIT_BANTIME_S                                                        \
	315360000 /* longest time of a ban by hand: 10 years                   \
		   */
#define LIMIT_MANUAL_CLAIM_S                                                   \
	300                     /* unanswered, a ban may still come so late    \
				 */
#define LIMIT_MANUAL_MISS_S 600 /* not in fail2ban's list for so long: gone */

/* Where addresses are (geo/, service/geo/geo.h) */
#define LIMIT_GEO_FILE (1024L * 1024 * 1024) /* bytes of an MMDB file */
#define LIMIT_GEO_RECHECK_S 20               /* a new copy is noticed so soon */
#define LIMIT_GEO_NOTES 1000        /* addresses noted for after a response */
#define LIMIT_GEO_SEEN_S 86400      /* last_seen is at most so much too old */
#define LIMIT_GEO_RETRY_S 300       /* first retry of an unknown address */
#define LIMIT_GEO_RETRY_MAX_S 86400 /* doubling up to this */
#define LIMIT_GEO_COUNT 100000      /* rows counted exactly */
#define LIMIT_GEO_HTTP_BYTES (256L * 1024) /* an answer; a full one has 20 */
#define LIMIT_GEO_HTTP_MS 10000            /* one request */
#define LIMIT_GEO_HTTP_PACE_S 4    /* 15 a minute, if nobody says better */
#define LIMIT_GEO_HTTP_WAIT_S 3600 /* longer is nobody's to make us wait */

#define LIMIT_GEO_SWEEP_ROWS 1000 /* bans located anew in one go */
#define LIMIT_GEO_SWEEP_MS 50     /* ... and in one request */

/* Requests of ours to others (fetch/; SECURITY 5) */
#define LIMIT_FETCH_CONNECT_MS 10000
#define LIMIT_FETCH_TOTAL_MS 60000
#define LIMIT_FETCH_SLOW_BYTES 100    /* a second, and less than that ... */
#define LIMIT_FETCH_SLOW_S 20         /* ... for so long: it drips */
#define LIMIT_FETCH_HEAD (64L * 1024) /* bytes of all headers */
#define LIMIT_FETCH_REDIRECTS 3

/* Blocklists (SEC-51) */
#define LIMIT_LIST_BYTES (10L * 1024 * 1024)
#define LIMIT_LIST_LINES 1000000
#define LIMIT_LIST_LINE 4096     /* bytes */
#define LIMIT_LIST_ITEMS 1000000 /* addresses and networks */
#define LIMIT_LIST_FIELD 64      /* bytes, the name of a field of JSON */
#define LIMIT_LIST_COLUMN 100
#define LIMIT_LIST_S 90 /* fetched and read */

/* fail2ban's database (f2b/ban_db.h) and the archive
 * (service/archive/history.h) */
#define LIMIT_BAN_DB_BUSY_MS 40  /* wait for its writer */
#define LIMIT_BAN_DB_HOLD_MS 8   /* begin no other row after that */
#define LIMIT_BAN_DB_STOP_MS 200 /* nothing runs longer */
#define LIMIT_BAN_DB_BATCH (8L * 1024 * 1024)   /* bytes: begin no other row */
#define LIMIT_BAN_DB_MEMORY (16L * 1024 * 1024) /* bytes of one batch */
#define LIMIT_BAN_DB_GATE (24L * 1024 * 1024)   /* the same through the gate */
#define LIMIT_BAN_DATA_READ (4L * 1024 * 1024)  /* bytes; longer: not read */
#define LIMIT_BAN_DATA_KEPT (256L * 1024)       /* evidence kept of one ban */
#define LIMIT_MATCHES 100                       /* lines told of one ban */
#define LIMIT_MATCH_TEXT 8192                   /* bytes told of one line */
#define LIMIT_BAN_AROUND 20         /* earlier bans, later ones, acts */
#define LIMIT_HISTORY_ROWS 1000     /* copied in one transaction */
#define LIMIT_HISTORY_CHECKED 64    /* rows before them, compared each time */
#define LIMIT_HISTORY_REWOUND 256   /* ... when the last one is not there */
#define LIMIT_HISTORY_PAUSE_MS 1000 /* between looks, over all processes */
#define LIMIT_HISTORY_FILL_MS 100   /* ... while there is more to copy */
#define LIMIT_HISTORY_ASK_MS 60000  /* ask fail2ban where its database is */
#define LIMIT_HISTORY_NOTED_S 10    /* last_sync_at is at most so old */
#define LIMIT_HISTORY_GAP_S 60      /* what is shorter is no gap */

#define LIMIT_COUNTS_MS 5000     /* metrics ask fail2ban no sooner again */
#define LIMIT_COUNTS_JAILS 200   /* jails in the metrics */
#define LIMIT_HEALTH_F2B_MS 5000 /* a readiness check asks no sooner again */

/* fail2ban's files and programs (f2b/commit.h, f2b/run.h) */
#define LIMIT_RUN_OUTPUT (8UL * 1024 * 1024)   /* bytes of each stream */
#define LIMIT_RUN_MEMORY (400UL * 1024 * 1024) /* address space */
#define LIMIT_RUN_PROCESSES 512                /* of that user, threads too */
#define LIMIT_CONF_CHANGES 16                  /* files of one commit */
#define LIMIT_CONF_NAME 64                     /* bytes, without ".local" */
#define LIMIT_CONF_OLD (1024L * 1024)          /* bytes of a file replaced */
#define LIMIT_CONF_OPTIONS 1000                /* of one file */
#define LIMIT_CONF_LINES 50                    /* of one value */
#define LIMIT_CONF_LINE 1000                   /* bytes: a pattern */
#define LIMIT_CONF_LOCK_MS 2000                /* for another commit's end */
#define LIMIT_CONF_FILES 4000                  /* of the tree that is tested */
#define LIMIT_CONF_BYTES (32UL * 1024 * 1024)  /* ... in all */
#define LIMIT_CONF_DEPTH 3                     /* folders in folders */
#define LIMIT_CONF_READ (1024L * 1024)         /* bytes of one file shown */
#define LIMIT_CONF_ITEMS 4000                  /* options of one file shown */
#define LIMIT_CONF_INCLUDES 200                /* files behind one name */
#define LIMIT_CONF_INCLUDED 10                 /* includes in includes */
#define LIMIT_CONF_VALUE (128L * 1024)         /* bytes of one, written out */
#define LIMIT_CONF_ARENA (16UL * 1024 * 1024)  /* bytes of one answer */
#define LIMIT_CONF_ISSUES 100                  /* told of one test */
#define LIMIT_CONF_ISSUE 400                   /* bytes of one */
#define LIMIT_CONF_TEST_MS 14000               /* all programs of a test */
#define LIMIT_CONF_TEST_CPU_S 10
#define LIMIT_RELOAD_MS 14000 /* with the test before it < LIMIT_F2B_ACT_MS */
#define LIMIT_TAIL_BYTES (256L * 1024) /* of the end of a log */
#define LIMIT_LOG_LINES 1000           /* of a log that are shown at once */
#define LIMIT_LOG_LINES_DEFAULT 200
#define LIMIT_LOG_LINE 8192 /* bytes of one of them */
#define LIMIT_LOG_QUERY 200 /* bytes that are looked for in it */

/* Background work (service/jobs/jobs.h) */
#define LIMIT_JOB_KEY 64              /* bytes: which one of its kind */
#define LIMIT_JOB_RESULT 4096         /* bytes of JSON that a job leaves */
#define LIMIT_JOB_LEASE_MS 60000      /* a dead runner's job waits so long */
#define LIMIT_JOB_BEAT_MS 1000        /* progress is written so often */
#define LIMIT_JOB_KEPT_S (30 * 86400) /* a finished job is kept for */
#define LIMIT_JOB_RUNNER_S 300 /* no runner seen for so long: none runs */
#define LIMIT_JOB_SEEN_S 60    /* a runner says so often that it is here */
#define LIMIT_CLOCK_JUMP_S 60  /* more than a clock drifts */

/* Our database */
#define LIMIT_DB_BUSY_MS 2000
#define LIMIT_DB_MIGRATE_WAIT_MS 60000 /* for another start to finish */
#define LIMIT_DB_CARE_MS 50            /* others wait for db_care() */
#define LIMIT_WAL_WORKER 1000  /* pages of the WAL: moved after a response */
#define LIMIT_WAL_REAPER 10000 /* ... in a long series of deletions */
#define LIMIT_WAL_LONG 12000   /* ... even if writers wait for it */
#define LIMIT_WAL_MOST 14000   /* ... by the commit that makes it so long */
#define LIMIT_DB_FREE_BYTES (64UL * 1024) /* below: the disk is full */

/* Retention (service/retention.h) */
#define LIMIT_RETENTION_ROWS 250     /* looked at in one go */
#define LIMIT_RETENTION_REST 5       /* rest for so many times what it took */
#define LIMIT_RETENTION_REST_MS 1000 /* longest rest between two */
#define LIMIT_RETENTION_BUSY 15      /* tries at a busy database */
#define LIMIT_CLOCK_FORWARD_S (26 * 3600) /* a smaller jump is none ... */
#define LIMIT_CLOCK_BACK_S 3600           /* ... and so is this one */
#define LIMIT_CLOCK_OFF_S (7 * 86400)     /* off for so long, at a restart */

/* Sign-in (SECURITY 3) */
#define LIMIT_PASSWORD_MIN_CHARS 12
#define LIMIT_PASSWORD_BCRYPT 72    /* bytes: bcrypt reads no more */
#define LIMIT_PASSWORD_YESCRYPT 511 /* bytes: libxcrypt takes no more */
#define LIMIT_PASSWORD_READ 2048    /* bytes taken in, to be judged */
#define LIMIT_SETUP_TRIES 10        /* wrong codes until it is burnt */
#define LIMIT_HASH_WAIT_MS 2000     /* for the machine's one hash slot */
#define LIMIT_HASH_PLACE_MS 50      /* ... and for the place to wait at */
#define LIMIT_HASHES_MINUTE 60      /* password hashes, whole machine */
#define LIMIT_HASHES_KEPT 50        /* ... of which for known clients */
#define LIMIT_KNOWN_S (30 * 86400)  /* a client is known for, seconds */
#define LIMIT_THROTTLE_FREE 5       /* failures without a wait */
#define LIMIT_THROTTLE_NET_FACTOR 4 /* times that for an IPv6 /48 */
#define LIMIT_THROTTLE_S 900        /* longest wait, seconds */
#define LIMIT_THROTTLE_KEPT_S 86400 /* failures are remembered for */
#define LIMIT_SESSION_SEEN_S 60     /* last_seen is at most so old */
#define LIMIT_SESSION_MINUTES_MIN 5 /* idle limit an owner may choose */
#define LIMIT_SESSION_MINUTES_MAX (30 * 24 * 60)
#define LIMIT_TOKENS 100     /* tokens for programs at a time */
#define LIMIT_TOKEN_NAME 64  /* bytes of what a token is called */
#define LIMIT_TOKEN_S_MIN 60 /* shortest life of a token */
#define LIMIT_TOKEN_S_MAX (10 * 366 * 86400L)
#define LIMIT_TOKEN_S (90 * 86400)      /* life of one when nobody says */
#define LIMIT_TOKEN_KEPT_S (30 * 86400) /* an expired one is still listed */
#define LIMIT_USER_AGENT 200            /* bytes kept of a browser's name */
#define LIMIT_TIMEZONE 64               /* bytes of an IANA name */
#define LIMIT_AUDIT_TARGET 256   /* bytes kept of what an act was done to */
#define LIMIT_AUDIT_COUNT 10000  /* rows of a list counted exactly */
#define LIMIT_AUDIT_DETAILS 1024 /* bytes of an act's details */

#endif
