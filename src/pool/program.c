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
#include "base/num.h"
#include "base/options.h"
#include "base/settings.h"
#include "base/str.h"
#include "http/route.h"
#include "pool/master.h"
#include "pool/worker.h"

enum {
	AUTO_WORKERS_MIN = 4,
	OPT_WORKERS = 'w',
	OPT_CHECK = 'c',
	OPT_RESUME = 'r',
};

static const struct option OPTIONS[] = {
    {"workers", required_argument, NULL, OPT_WORKERS    },
    {"check",   no_argument,       NULL, OPT_CHECK      },
    {"resume",  required_argument, NULL, OPT_RESUME     },
    {"help",    no_argument,       NULL, OPTIONS_HELP   },
    {"version", no_argument,       NULL, OPTIONS_VERSION},
    {NULL,      0,		 NULL, 0              },
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

struct wishes {
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

static int take_option(void *ctx, int opt);

static const struct options COMMAND_LINE = {
    "bangui-fcgi", USAGE, OPTIONS, take_option};

static int
take_option(void *ctx, int opt)
{
	struct wishes *out = ctx;
	int64_t n = 0;

	switch (opt) {
	case OPT_WORKERS:
		if (!str_eq(optarg, "auto") &&
		    !parse_number(optarg, POOL_WORKERS_MAX, &n))
			return 1 + options_wrong(&COMMAND_LINE,
				       "--workers takes auto or 0 to "
				       "256, not ",
				       optarg);
		out->workers =
		    str_eq(optarg, "auto") ? auto_workers() : (unsigned)n;
		return 0;
	case OPT_RESUME:
		if (!parse_number(optarg, INT_MAX, &n))
			return 1 + options_wrong(&COMMAND_LINE,
				       "bad descriptor ", optarg);
		out->resume_fd = (int)n;
		return 0;
	case OPT_CHECK:
		out->check = true;
		return 0;
	default:
		return options_common(&COMMAND_LINE, opt);
	}
}

static int
parse_options(int argc, char **argv, struct wishes *out)
{
	int rc;

	*out = (struct wishes){.resume_fd = -1};
	rc = options_read(&COMMAND_LINE, argc, argv, out);
	if (rc == 0 && optind < argc)
		rc = 1 + options_wrong(&COMMAND_LINE, "unexpected argument ",
			     argv[optind]);
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

	if (settings_load(settings, NULL, &err) < 0) {
		(void)fprintf(stderr, "bangui-fcgi: %s\n", err.detail);
		return -1;
	}
	settings_open_log(settings, "bangui-fcgi");
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
serve(char **argv, const struct wishes *wishes, struct worker_plan *plan)
{
	const struct pool pool = {
	    .workers = wishes->workers,
	    .argv = argv,
	    .resume_fd = wishes->resume_fd,
	    .arg = plan,
	    .prepare = prepare_step,
	    .must_drain = drain_step,
	    .work = work_step,
	};

	plan->workers = wishes->workers;
	/* neither fails on a kernel that can run the rest */
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return wishes->workers == 0 ? run_plain(plan) : master_run(&pool);
}

int
program_main(int argc, char **argv, const struct program_variant *variant)
{
	struct wishes wishes;
	struct settings settings;
	struct worker_plan plan = {
	    .routes = variant->routes,
	    .n_routes = variant->n_routes,
	    .request_limit_s = variant->request_limit_s,
	    .settings = &settings,
	};
	const char *fault;
	size_t row;
	int rc = parse_options(argc, argv, &wishes);

	if (rc != 0)
		return rc - 1;
	if (!wishes.check && !is_listening(STDIN_FILENO)) {
		(void)fputs("bangui-fcgi: descriptor 0 is no listening socket. "
			    "Start it with spawn-fcgi or from a socket unit; "
			    "see bangui-fcgi(8).\n",
		    stderr);
		return OPTIONS_EXIT_USAGE;
	}
	if (load_settings(&settings) < 0)
		return EX_CONFIG;
	fault = route_table_fault(plan.routes, plan.n_routes, &row);
	if (fault) {
		(void)fprintf(
		    stderr, "bangui-fcgi: route %zu: %s\n", row, fault);
		return EX_SOFTWARE;
	}
	return wishes.check ? EX_OK : serve(argv, &wishes, &plan);
}
