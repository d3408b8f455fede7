/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/time.h"

#include <string.h>
#include <time.h>

#include "base/num.h"

#define YEAR_0000_S (-62167219200) /* 0000-01-01T00:00:00Z */
#define YEAR_9999_S 253402300799   /* 9999-12-31T23:59:59Z */
enum { DAY_S = 86400 };

static struct timespec
clock_read(clockid_t clock)
{
	struct timespec ts = {0};

	(void)clock_gettime(clock, &ts); /* fails for unknown clocks only */
	return ts;
}

int64_t
time_now_s(void)
{
	return clock_read(CLOCK_REALTIME).tv_sec;
}

int64_t
time_now_ms(void)
{
	struct timespec ts = clock_read(CLOCK_REALTIME);

	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
time_mono_ms(void)
{
	return time_mono_us() / 1000;
}

int64_t
time_mono_us(void)
{
	struct timespec ts = clock_read(CLOCK_MONOTONIC);

	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
time_cpu_us(void)
{
	struct timespec ts = clock_read(CLOCK_PROCESS_CPUTIME_ID);

	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
time_boot_s(void)
{
	return clock_read(CLOCK_BOOTTIME).tv_sec;
}

/* value in n digits and what follows them; returns where the text goes on. */
static char *
put_digits(char *p, int value, int n, char after)
{
	for (int i = n - 1; i >= 0; i--, value /= 10)
		p[i] = (char)('0' + value % 10);
	p[n] = after;
	return p + n + 1;
}

/*
 * "2026-11-23T21:04:05" and one more character, in place of a NUL; returns
 * where the text goes on. By hand, because a page of 1,000 bans holds 2,000
 * times, and printf took longer for them than all the rest of the page.
 */
static char *
format_utc(int64_t t_s, char out[TIME_RFC3339_SIZE], char after)
{
	struct tm tm = {0};
	time_t t = t_s;
	char *p = out;

	if (t < YEAR_0000_S)
		t = YEAR_0000_S;
	if (t > YEAR_9999_S)
		t = YEAR_9999_S;
	(void)gmtime_r(&t, &tm); /* cannot fail in the years above */
	p = put_digits(p, tm.tm_year + 1900, 4, '-');
	p = put_digits(p, tm.tm_mon + 1, 2, '-');
	p = put_digits(p, tm.tm_mday, 2, 'T');
	p = put_digits(p, tm.tm_hour, 2, ':');
	p = put_digits(p, tm.tm_min, 2, ':');
	return put_digits(p, tm.tm_sec, 2, after);
}

void
time_format(int64_t t_s, char out[TIME_RFC3339_SIZE])
{
	*format_utc(t_s, out, 'Z') = '\0';
}

void
time_format_ms(int64_t t_ms, char out[TIME_RFC3339_SIZE])
{
	int64_t t_s = t_ms / 1000;
	int64_t ms = t_ms % 1000;

	if (ms < 0) { /* before 1970 the remainder counts backwards */
		ms += 1000;
		t_s--;
	}
	*put_digits(format_utc(t_s, out, '.'), (int)ms, 3, 'Z') = '\0';
}

static int
days_in_month(int year, int month)
{
	static const int DAYS[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : DAYS[month - 1];
}

/* Two or four digits with leading zeros, which num_parse_i64() refuses. */
static bool
read_digits(const char *s, size_t n, int min, int max, int *out)
{
	int v = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		v = v * 10 + (s[i] - '0');
	}
	*out = v;
	return v >= min && v <= max;
}

enum { FIELDS_LEN = sizeof("YYYY-mm-dd HH:MM:SS") - 1 };

/* The first FIELDS_LEN bytes of s, with between as what parts date and time. */
static bool
read_fields(const char *s, size_t len, char between, struct tm *tm)
{
	int year, month, day;

	if (len < FIELDS_LEN || s[4] != '-' || s[7] != '-' ||
	    s[10] != between || s[13] != ':' || s[16] != ':')
		return false;
	if (!read_digits(s, 4, 0, 9999, &year) ||
	    !read_digits(s + 5, 2, 1, 12, &month) ||
	    !read_digits(s + 8, 2, 1, days_in_month(year, month), &day) ||
	    !read_digits(s + 11, 2, 0, 23, &tm->tm_hour) ||
	    !read_digits(s + 14, 2, 0, 59, &tm->tm_min) ||
	    !read_digits(s + 17, 2, 0, 59, &tm->tm_sec))
		return false;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	return true;
}

/* The offset from UTC that local clocks show at t. */
static int64_t
local_offset(int64_t t)
{
	time_t at = t;
	struct tm tm = {0};

	return localtime_r(&at, &tm) == NULL ? 0 : tm.tm_gmtoff;
}

bool
time_parse_local(const char *s, size_t len, int64_t *out)
{
	struct tm tm = {0};
	int64_t as_utc, before, after, early, late;

	if (len != FIELDS_LEN || !read_fields(s, len, ' ', &tm))
		return false;
	/* mktime() cannot tell the readings of a doubled hour apart where
	 * only the offset changed and not the DST flag: so try the offsets
	 * of the day before and the day after. */
	as_utc = timegm(&tm);
	before = local_offset(as_utc - DAY_S);
	after = local_offset(as_utc + DAY_S);
	early = as_utc - (before > after ? before : after);
	late = as_utc - (before > after ? after : before);
	/* late, unless the clocks never showed it: only then is early the
	 * reading. In a skipped hour neither was shown, and late stays. */
	if (late + local_offset(late) != as_utc &&
	    early + local_offset(early) == as_utc)
		late = early;
	*out = late;
	return true;
}

/* How far clocks are ahead of UTC: "Z", "+01:00", "-03:30". */
static bool
read_offset(const char *s, size_t len, int *offset_s)
{
	int hours, minutes;

	*offset_s = 0;
	if (len == 1)
		return s[0] == 'Z';
	if (len != sizeof("+hh:mm") - 1 || (s[0] != '+' && s[0] != '-') ||
	    s[3] != ':' || !read_digits(s + 1, 2, 0, 23, &hours) ||
	    !read_digits(s + 4, 2, 0, 59, &minutes))
		return false;
	*offset_s = (hours * 60 + minutes) * (s[0] == '-' ? -60 : 60);
	return true;
}

bool
time_parse_rfc3339(const char *s, size_t len, int64_t *out)
{
	struct tm tm = {0};
	size_t at = FIELDS_LEN;
	int offset_s = 0;

	if (!read_fields(s, len, 'T', &tm))
		return false;
	if (at < len && s[at] == '.') {
		size_t begin = ++at;

		while (at < len && s[at] >= '0' && s[at] <= '9')
			at++;
		if (at == begin)
			return false;
	}
	if (!read_offset(s + at, len - at, &offset_s))
		return false;
	*out = timegm(&tm) - offset_s;
	return true;
}
