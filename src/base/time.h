/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clocks and the time texts that we meet. All points in time are int64_t
 * Unix seconds, UTC; floating point never holds a time.
 */
#ifndef BANGUI_BASE_TIME_H
#define BANGUI_BASE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

enum { TIME_RFC3339_SIZE = sizeof("2026-11-23T21:04:05.000Z") };

int64_t time_now_s(void);   /* wall clock */
int64_t time_now_ms(void);  /* wall clock, milliseconds */
int64_t time_mono_ms(void); /* never set back: deadlines, durations */
int64_t time_mono_us(void);
int64_t time_cpu_us(void); /* that this process has had */
int64_t time_boot_s(void); /* since the machine started, sleep included */

/** "2026-11-23T21:04:05Z" (RFC 3339). Years 0000-9999, others are clamped. */
void time_format(int64_t t_s, char out[TIME_RFC3339_SIZE]);
/** "2026-11-23T21:04:05.123Z", for the log. */
void time_format_ms(int64_t t_ms, char out[TIME_RFC3339_SIZE]);

/**
 * "YYYY-mm-dd HH:MM:SS" in the machine's local time, as fail2ban prints it
 * in `get JAIL banip --with-time`. In the doubled hour of a clock change the
 * later reading is taken: a ban is never shown as ended too early.
 */
NODISCARD bool time_parse_local(const char *s, size_t len, int64_t *out);

/**
 * "2026-11-23T21:04:05Z", or "+01:00" in place of "Z" (RFC 3339, without
 * small letters and leap seconds). A fraction of a second is cut off.
 */
NODISCARD bool time_parse_rfc3339(const char *s, size_t len, int64_t *out);

#endif
