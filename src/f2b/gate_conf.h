/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gate.conf: what the gate may do for its clients. Only root can write it, so
 * a worker that was taken over cannot raise its own level.
 */
#ifndef BANGUI_F2B_GATE_CONF_H
#define BANGUI_F2B_GATE_CONF_H

#include <sys/stat.h>

#include "base/macros.h"
#include "base/setting.h"
#include "f2b/policy.h"

struct error;

enum { GATE_CONF_ROWS = 8 }; /* there is room for more */

struct gate_conf {
	const char *path;        /* borrowed */
	enum policy_level level; /* LEVEL */
	char level_word[SETTING_WORD_SIZE];
	char socket[SETTING_TEXT_SIZE];    /* FAIL2BAN_SOCKET */
	char config[SETTING_TEXT_SIZE];    /* FAIL2BAN_CONFIG */
	char log[SETTING_WORD_SIZE];       /* LOG */
	char log_level[SETTING_WORD_SIZE]; /* LOG_LEVEL */
	enum setting_source source[GATE_CONF_ROWS];
	struct stat seen; /* the file that this was read from */
};

/* Where it is unless somebody says otherwise. */
extern const char GATE_CONF_FILE[];
extern const struct setting GATE_SETTINGS[];
extern const size_t GATE_SETTINGS_LEN;

/**
 * Read the file. One that is absent, that another than its reader or root
 * owns or can write, or that cannot be read, is an error, and then conf is as
 * without it, at the lowest level.
 */
NODISCARD int gate_conf_load(
    struct gate_conf *conf, const char *path, struct error *err);

/**
 * The same again if the file is not the one that was read: its level is in
 * force at once. 1 it was read, 0 it is the same, -1 as gate_conf_load().
 */
NODISCARD int gate_conf_refresh(struct gate_conf *conf, struct error *err);

#endif
