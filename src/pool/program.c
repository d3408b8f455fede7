/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pool/program.h"

#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/num.h"
#include "base/settings.h"
#include "base/str.h"
#include "http/route.h"
#include "pool/master.h"
#include "pool/worker.h"

enum {
	EXIT_USAGE = 2,
	AUTO_WORKERS_MIN = 4,
	OPT_WORKERS = 'w',
	OPT_CHECK = 'c',
	OPT_RESUME = 'r',
	OPT_HELP = 'h',
	OPT_VERSION = 'V'
};

static const struct option OPTIONS[] = {
    {"workers", required_argument, NULL, OPT_WORKERS},
    {"check",   no_argument,       NULL, OPT_CHECK  },
    {"resume",  required_argument, NULL, OPT_RESUME },
    {"help",    no_argument,       NULL, OPT_HELP   },
    {"version", no_argument,       NULL, OPT_VERSION},
    {NULL,      0,		 NULL, 0          },
};

static const char USAGE[] =
    "usage: bangui-fcgi [--workers N|auto]\n"
    "\n"
    "Serves BanGUI's API as FastCGI on the listening socket that is its\n"
    "descriptor 0. Started by spawn-fcgi or a socket unit; see "
    "bangui-fcgi(8).\n"
    "\n"
    "  --workers N     a master and N workers (0, the default: one worker\n"
    "                  without a master; auto: two for each processor)\n"
    "  --check         say whether it would come up, and exit\n"
    "  --resume FD     given by the program to itself at a reload\n"
    "  --help          this text\n"
    "  --version       its version\n";

struct options {
	unsigned workers;
	int resume_fd;
	bool check;
};

static unsigned
auto_workers(void)
{
	long twice = 2 * sysconf(_SC_NPROCESSORS_ONLN);

	if (twice < AUTO_WORKERS_MIN)
		return AUTO_WORKERS_MIN;
	return twice < POOL_WORKERS_MAX ? (unsigned)twice : POOL_WORKERS_MAX;
}

static bool
parse_number(const char *text, int64_t max, int64_t *out)
{
	return num_parse_i64(text, strlen(text), 0, max, out);
}

static int
usage_error(const char *what, const char *value)
{
	(void)fprintf(stderr, "bangui-fcgi: %s%s\nTry --help.\n", what, value);
	return EXIT_USAGE;
}

/* One option; 0 to go on, else the exit code plus one. */
static int
take_option(int opt, struct options *out)
{
	int64_t n = 0;

	switch (opt) {
	case OPT_WORKERS:
		if (!str_eq(optarg, "auto") &&
		    !parse_number(optarg, POOL_WORKERS_MAX, &n))
			return 1 + usage_error("--workers takes auto or 0 to "
					       "256, not ",
				       optarg);
		out->workers =
		    str_eq(optarg, "auto") ? auto_workers() : (unsigned)n;
		return 0;
	case OPT_RESUME:
		if (!parse_number(optarg, INT_MAX, &n))
			return 1 + usage_error("bad descriptor ", optarg);
		out->resume_fd = (int)n;
		return 0;
	case OPT_CHECK:
		out->check = true;
		return 0;
	case OPT_HELP:
		(void)fputs(USAGE, stdout);
		return 1 + EX_OK;
	case OPT_VERSION:
		(void)puts(PACKAGE_STRING);
		return 1 + EX_OK;
	default: /* getopt_long() has said what is wrong */
		return 1 + usage_error("unknown option or value missing", "");
	}
}

static int
parse_options(int argc, char **argv, struct options *out)
{
	int opt, rc = 0;

	*out = (struct options){.resume_fd = -1};
	while (
	    rc == 0 && (opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1)
		rc = take_option(opt, out);
	if (rc == 0 && optind < argc)
		rc = 1 + usage_error("unexpected argument ", argv[optind]);
	return rc;
}

static bool
is_listening(int fd)
{
	int yes = 0;
	socklen_t len = sizeof yes;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &len) == 0 &&
	       yes;
}

static int
load_settings(struct settings *settings)
{
	struct error err = ERROR_INIT;
	enum log_target target;
	enum log_level level;

	if (settings_load(settings, NULL, &err) < 0) {
		(void)fprintf(stderr, "bangui-fcgi: %s\n", err.detail);
		return -1;
	}
	/* both words come from closed lists that settings_load() checked */
	if (!log_target_parse(settings->log, &target) ||
	    !log_level_parse(settings->log_level, &level))
		return -1;
	log_open("bangui-fcgi", target, level);
	return 0;
}

static int
prepare_step(void *arg)
{
	return worker_prepare(arg);
}

static int
drain_step(void *arg)
{
	return worker_migration_pending(arg);
}

static int
work_step(void *arg, struct server_slot *slot)
{
	return worker_run(arg, slot);
}

static int
run_plain(const struct worker_plan *plan)
{
	int rc;

	master_block_stop_signals();
	rc = worker_prepare(plan);
	return rc == EX_CONFIG ? rc : worker_run(plan, NULL);
}

static int
serve(char **argv, const struct options *options, struct worker_plan *plan)
{
	const struct pool pool = {
	    .workers = options->workers,
	    .argv = argv,
	    .resume_fd = options->resume_fd,
	    .arg = plan,
	    .prepare = prepare_step,
	    .must_drain = drain_step,
	    .work = work_step,
	};

	plan->workers = options->workers;
	/* neither fails on a kernel that can run the rest */
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return options->workers == 0 ? run_plain(plan) : master_run(&pool);
}

int
program_main(int argc, char **argv, const struct program_variant *variant)
{
	struct options options;
	struct settings settings;
	struct worker_plan plan = {
	    .routes = variant->routes,
	    .n_routes = variant->n_routes,
	    .request_limit_s = variant->request_limit_s,
	    .settings = &settings,
	};
	const char *fault;
	size_t row;
	int rc = parse_options(argc, argv, &options);

	if (rc != 0)
		return rc - 1;
	if (!options.check && !is_listening(STDIN_FILENO)) {
		(void)fputs("bangui-fcgi: descriptor 0 is no listening socket. "
			    "Start it with spawn-fcgi or from a socket unit; "
			    "see bangui-fcgi(8).\n",
		    stderr);
		return EXIT_USAGE;
	}
	if (load_settings(&settings) < 0)
		return EX_CONFIG;
	fault = route_table_fault(plan.routes, plan.n_routes, &row);
	if (fault) {
		(void)fprintf(
		    stderr, "bangui-fcgi: route %zu: %s\n", row, fault);
		return EX_SOFTWARE;
	}
	return options.check ? EX_OK : serve(argv, &options, &plan);
}
