/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Patterns and encodings of a command stream, judged by fail2ban-regex, since
 * only Python's own engine knows what it takes. It is given files of ours and
 * no word of a configuration: an argument that names a file is read, and one
 * that begins with '-' is an option. Source: fail2ban-regex(1).
 */
#ifndef BANGUI_F2B_CONF_JUDGE_H
#define BANGUI_F2B_CONF_JUDGE_H

#include <stdint.h>

#include "base/macros.h"

struct conf_issues;
struct conf_stream;
struct error;
struct run_programs;

/**
 * Add an issue for the first jail whose patterns the server would refuse, and
 * for each whose dates or encoding it would.
 *
 * dir          a private directory, for the files
 * deadline_ms  by time_mono_ms()
 *
 * ERR_F2B_TIMEOUT all of them took too long; as run().
 */
NODISCARD int conf_judge(const struct conf_stream *s,
    const struct run_programs *programs, const char *dir, int64_t deadline_ms,
    struct conf_issues *issues, struct error *err);

#endif
