/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bangui-gate: the one program of BanGUI that may write to fail2ban's socket.
 * It serves the client on descriptor 0, or listens and forks for each one. It
 * has no capabilities, uses no environment and opens no network.
 */
#include <errno.h>
#include <getopt.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/macros.h"
#include "f2b/gate.h"
#include "f2b/gate_conf.h"
#include "f2b/gate_listen.h"
#include "f2b/gate_shut_in.h"
#include "f2b/policy.h"

#define DEFAULT_USER "bangui"

enum {
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	OPT_CONFIG = 'c',
	OPT_GROUP = 'g',
	OPT_LISTEN = 'l',
	OPT_PIDFILE = 'p',
	OPT_USER = 'u',
	OPT_HELP = 'h',
	OPT_VERSION = 'V',
};

static const struct option OPTIONS[] = {
    {"config",  required_argument, NULL, OPT_CONFIG },
    {"group",   required_argument, NULL, OPT_GROUP  },
    {"listen",  required_argument, NULL, OPT_LISTEN },
    {"pidfile", required_argument, NULL, OPT_PIDFILE},
    {"user",    required_argument, NULL, OPT_USER   },
    {"help",    no_argument,       NULL, OPT_HELP   },
    {"version", no_argument,       NULL, OPT_VERSION},
    {NULL,      0,		 NULL, 0          },
};

static const char USAGE[] =
    "usage: bangui-gate [--config FILE] [--user NAME]\n"
    "       bangui-gate --listen PATH [--group NAME] [--pidfile FILE] ...\n"
    "\n"
    "Stands between BanGUI and fail2ban's socket, and lets through what its\n"
    "level allows. Without --listen it serves the one client whose socket is\n"
    "its descriptor 0, as a unit of systemd with Accept=yes starts it.\n"
    "\n"
    "  --config FILE   read the level from FILE\n"
    "  --user NAME     serve this user beside root (bangui)\n"
    "  --listen PATH   make a socket there, and serve all who connect\n"
    "  --group NAME    let this group connect\n"
    "  --pidfile FILE  write its pid there\n"
    "  --help          this text\n"
    "  --version       its version\n"
    "\n"
    "See bangui-gate(8) and gate.conf(5).\n";

struct options {
	const char *config;
	const char *user;
	struct gate_listen listen;
};

static int
usage_error(const char *what)
{
	(void)fprintf(stderr, "bangui-gate: %s\nTry --help.\n", what);
	return EXIT_USAGE;
}

/* One option; 0 to go on, else the exit code plus one. */
static int
take_option(int opt, struct options *o)
{
	switch (opt) {
	case OPT_CONFIG:
		o->config = optarg;
		return 0;
	case OPT_USER:
		o->user = optarg;
		return 0;
	case OPT_LISTEN:
		o->listen.path = optarg;
		return 0;
	case OPT_GROUP:
		o->listen.group = optarg;
		return 0;
	case OPT_PIDFILE:
		o->listen.pidfile = optarg;
		return 0;
	case OPT_HELP:
		(void)fputs(USAGE, stdout);
		return 1 + EX_OK;
	case OPT_VERSION:
		(void)puts(PACKAGE_STRING);
		return 1 + EX_OK;
	default: /* getopt_long() has said what is wrong */
		return 1 + usage_error("unknown option or value missing");
	}
}

/* A user that is not there is nobody: then root alone is served. */
static uid_t
user_id(const char *name)
{
	const struct passwd *p = name == NULL ? NULL : getpwnam(name);

	return p == NULL ? 0 : p->pw_uid;
}

static void
open_log(const struct gate_conf *conf, const struct error *why)
{
	enum log_target target = LOG_TARGET_STDERR;
	enum log_level level = LOG_LEVEL_INFO;

	/* both words come from closed lists; without them it is stderr */
	if (!log_target_parse(conf->log, &target) ||
	    !log_level_parse(conf->log_level, &level))
		level = LOG_LEVEL_INFO;
	log_open("bangui-gate", target, level);
	if (why->code != ERR_NONE)
		log_event(LOG_LEVEL_ERROR, "gate_conf_unusable",
		    "the level is observe: %s", why->detail);
}

static void
log_started(const struct gate_conf *conf, const struct gate_client *client)
{
	struct log_line l;

	/* as good as root for whoever signs in: more than a remark */
	log_begin(&l,
	    conf->level == POLICY_FULL ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO,
	    "gate_started");
	log_str(&l, "gate_level", policy_level_name(conf->level));
	if (client != NULL) {
		log_i64(&l, "pid", client->pid);
		log_i64(&l, "uid", (int64_t)client->uid);
	}
	log_end(&l);
}

static int
failed(const struct error *err)
{
	struct log_line l;

	log_begin(&l, LOG_LEVEL_ERROR, "gate_failed");
	log_error_fields(&l, err);
	log_end(&l);
	return EXIT_FAILED;
}

/* What a program is told that was started with something else than a client
 * on descriptor 0. */
static bool
is_client(int fd)
{
	int type = 0;
	socklen_t len = sizeof type;

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &type, &len) == 0 &&
	       type == AF_UNIX;
}

static int
serve_one(struct gate_conf *conf, uid_t user)
{
	struct gate_client client = {0};
	struct error err = ERROR_INIT;

	if (!is_client(STDIN_FILENO))
		return usage_error(
		    "descriptor 0 is no client: use --listen, or let a socket "
		    "unit start it");
	if (gate_shut_in(&err) < 0)
		return failed(&err);
	if (gate_admit(STDIN_FILENO, user, &client, &err) < 0) {
		gate_turn_away(STDIN_FILENO, &err);
		return failed(&err);
	}
	log_started(conf, &client);
	if (gate_serve(STDIN_FILENO, conf, &client, &err) < 0)
		return failed(&err);
	return EX_OK;
}

static int
listen_for_all(struct options *o, struct gate_conf *conf)
{
	struct error err = ERROR_INIT;
	int rc;

	if (gate_listen_open(&o->listen, &err) < 0) {
		(void)fprintf(stderr, "bangui-gate: %s\n", err.detail);
		return EXIT_FAILED;
	}
	log_started(conf, NULL);
	rc = gate_listen_run(&o->listen, conf, user_id(o->user), &err);
	return rc < 0 ? failed(&err) : rc;
}

int
main(int argc, char **argv)
{
	struct options o = {.config = GATE_CONF_FILE, .user = DEFAULT_USER};
	struct gate_conf conf = {0};
	struct error err = ERROR_INIT;
	int opt, rc = 0;

	(void)clearenv(); /* nothing of it is used */
	while (
	    rc == 0 && (opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1)
		rc = take_option(opt, &o);
	if (rc != 0)
		return rc - 1;
	if (optind < argc)
		return usage_error("it takes options only");
	if (gate_conf_load(&conf, o.config, &err) < 0)
		conf.level = POLICY_OBSERVE; /* and the log says why */
	open_log(&conf, &err);
	return o.listen.path == NULL ? serve_one(&conf, user_id(o.user))
				     : listen_for_all(&o, &conf);
}
