/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/gate_conf.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"

#define MSG_BAD "A setting of the server is wrong. Its log says which."
#define AT(member) offsetof(struct gate_conf, member)

enum {
	CONF_MAX = 64 * 1024, /* bytes of the file */
	CONFIG_MAX = 400,     /* leaves room for the files' names */
	SOCKET_MAX = 107,     /* sun_path of sockaddr_un, less its NUL */
};

const char GATE_CONF_FILE[] = SYSCONFDIR "/bangui/gate.conf";

/* clang-format off */
const struct setting GATE_SETTINGS[] = {
	{ "LEVEL", SETTING_WORD, AT(level_word), "",
	  0, 0, "observe operate configure full", "configure",
	  "What BanGUI may do to fail2ban." },
	{ "FAIL2BAN_SOCKET", SETTING_TEXT, AT(socket), "",
	  1, SOCKET_MAX, "", FAIL2BAN_SOCKET,
	  "Socket on which fail2ban takes commands." },
	{ "FAIL2BAN_CONFIG", SETTING_TEXT, AT(config), "",
	  1, CONFIG_MAX, "", FAIL2BAN_CONF_DIR,
	  "Directory of fail2ban's configuration." },
	{ "LOG", SETTING_WORD, AT(log), "",
	  0, 0, "stderr syslog", "stderr",
	  "Where log lines go." },
	{ "LOG_LEVEL", SETTING_WORD, AT(log_level), "",
	  0, 0, "error warning info debug", "info",
	  "Least important level that is logged." },
};
/* clang-format on */
const size_t GATE_SETTINGS_LEN = ARRAY_LEN(GATE_SETTINGS);
_Static_assert(ARRAY_LEN(GATE_SETTINGS) <= GATE_CONF_ROWS, "each has a source");

/* Nobody but its owner could have written it, and the owner is root, or we. */
static int
is_trusted(const struct stat *st, const char *path, struct error *err)
{
	if (!S_ISREG(st->st_mode))
		return err_set(
		    err, ERR_INVALID, MSG_BAD, "%s is not a file", path);
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return err_set(err, ERR_INVALID, MSG_BAD,
		    "%s does not belong to root: chown root:root it", path);
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return err_set(err, ERR_INVALID, MSG_BAD,
		    "others than its owner may write %s: chmod 0644 it", path);
	return 0;
}

static int
open_conf(const char *path, struct stat *st, struct error *err)
{
	AUTO(fd_closep) int fd = -1;
	int taken;

	fd = open(
	    path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, st) < 0)
		return err_set(err, ERR_INVALID, MSG_BAD, "open %s: %m", path);
	if (is_trusted(st, path, err) < 0)
		return -1;
	taken = fd;
	fd = -1;
	return taken;
}

static int
read_conf(
    struct gate_conf *conf, const struct setting_table *t, struct error *err)
{
	AUTO(fd_closep) int fd = open_conf(conf->path, &conf->seen, err);
	AUTO(buf_release) struct buf text = BUF_INIT(CONF_MAX);

	if (fd < 0 || file_read_fd(fd, conf->path, &text, err) < 0)
		return -1;
	return setting_text(t, conf->path, buf_str(&text), text.len, err);
}

static struct setting_table
table_of(struct gate_conf *conf)
{
	return (struct setting_table){
	    GATE_SETTINGS, GATE_SETTINGS_LEN, conf->source, conf};
}

int
gate_conf_load(struct gate_conf *conf, const char *path, struct error *err)
{
	struct gate_conf fresh = {.path = path};
	struct setting_table t = table_of(&fresh);
	int rc;

	if (setting_presets(&t, err) < 0)
		return -1;
	*conf = fresh;
	conf->level = POLICY_OBSERVE;
	rc = read_conf(&fresh, &t, err);
	conf->seen = fresh.seen;
	if (rc < 0)
		return -1;
	/* a word of the closed list that setting_text() checked */
	if (policy_level_parse(fresh.level_word, &fresh.level))
		*conf = fresh;
	return 0;
}

int
gate_conf_refresh(struct gate_conf *conf, struct error *err)
{
	struct stat st = {0};

	(void)stat(conf->path, &st); /* absent: all zero, as when it was read */
	if (st.st_dev == conf->seen.st_dev && st.st_ino == conf->seen.st_ino &&
	    st.st_mode == conf->seen.st_mode &&
	    st.st_uid == conf->seen.st_uid &&
	    st.st_size == conf->seen.st_size &&
	    st.st_ctim.tv_sec == conf->seen.st_ctim.tv_sec &&
	    st.st_ctim.tv_nsec == conf->seen.st_ctim.tv_nsec)
		return 0;
	return gate_conf_load(conf, conf->path, err) < 0 ? -1 : 1;
}
