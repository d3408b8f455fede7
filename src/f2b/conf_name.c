/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_name.h"

#include <string.h>
#include <strings.h>

#include "base/macros.h"
#include "base/str.h"
#include "f2b/policy.h"

#define SUFFIX ".local"

static const char *const DIRS[] = {
    [CONF_JAIL] = "jail.d",
    [CONF_FILTER] = "filter.d",
    [CONF_ACTION] = "action.d",
};
_Static_assert(ARRAY_LEN(DIRS) == CONF_DIR__MAX, "every folder has a name");

const char *
conf_dir_name(enum conf_dir dir)
{
	return DIRS[dir];
}

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

bool
conf_is_name(const char *s)
{
	size_t len = strnlen(s, LIMIT_CONF_NAME + 1);

	if (len == 0 || len > LIMIT_CONF_NAME || !is_alnum(s[0]))
		return false;
	for (size_t i = 1; i < len; i++)
		if (!is_alnum(s[i]) && strchr("._-", s[i]) == NULL)
			return false;
	return strstr(s, "..") == NULL;
}

bool
conf_is_jail(const char *s)
{
	/* Source: SafeConfigParserWithIncludes, and "reload --all". */
	static const char *const RESERVED[] = {"DEFAULT", "INCLUDES", "KNOWN"};

	for (size_t i = 0; i < ARRAY_LEN(RESERVED); i++)
		if (strcasecmp(s, RESERVED[i]) == 0)
			return false;
	return conf_is_name(s) && policy_is_jail(s);
}

bool
conf_file_parse(const char *s, struct conf_file *out)
{
	const char *slash = strchr(s, '/');
	size_t len;

	if (slash == NULL || !str_copy(out->name, sizeof out->name, slash + 1))
		return false;
	len = strlen(out->name);
	if (len < sizeof SUFFIX ||
	    !str_eq(out->name + len - (sizeof SUFFIX - 1), SUFFIX))
		return false;
	out->name[len - (sizeof SUFFIX - 1)] = '\0';
	if (!conf_is_name(out->name))
		return false;
	out->name[len - (sizeof SUFFIX - 1)] = '.';
	if (strstr(out->name, "..") != NULL) /* a dot before the suffix */
		return false;
	for (size_t i = 0; i < CONF_DIR__MAX; i++) {
		out->dir = (enum conf_dir)i;
		if (strlen(DIRS[i]) == (size_t)(slash - s) &&
		    str_starts(s, DIRS[i]))
			return true;
	}
	return false;
}
