/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A MaxMind DB file: whatever the bytes, what is opened does no harm, says
 * only what is plainly a country, a number or a text, and says it again. A
 * file that was looked at from end to end and found sound has an answer or
 * none for each address, but no fault.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/geo_answer.h"
#include "base/macros.h"
#include "base/str.h"
#include "geo/layout.h"
#include "geo/mmdb.h"
#include "t/fuzz/fuzz.h"

static const char *const ASKED[] = {"0.0.0.0", "11.0.0.1", "11.128.0.1",
    "12.0.0.1", "255.255.255.255", "::", "2a00::1", "2a00:8000::1", "ffff::"};

static void
require_sane(const struct geo_answer *a)
{
	size_t code_len = strlen(a->country_code);

	FUZZ_REQUIRE(
	    code_len == 0 || geo_is_country(a->country_code, code_len));
	FUZZ_REQUIRE(str_is_utf8(a->country_name, strlen(a->country_name)));
	FUZZ_REQUIRE(str_is_utf8(a->as_org, strlen(a->as_org)));
	FUZZ_REQUIRE(a->asn == -1 || (a->asn > 0 && a->asn <= UINT32_MAX));
	FUZZ_REQUIRE(code_len > 0 || a->country_name[0] == '\0');
	FUZZ_REQUIRE(a->asn > 0 || a->as_org[0] == '\0');
}

static void
ask(struct geo_mmdb *m, const char *text)
{
	const struct geo_answer *found;
	struct geo_answer first;
	struct addr a;

	FUZZ_REQUIRE(addr_parse(text, strlen(text), &a));
	found = geo_mmdb_find(m, &a);
	if (found == NULL)
		return;
	require_sane(found);
	first = *found;
	found = geo_mmdb_find(m, &a);
	FUZZ_REQUIRE(found != NULL && memcmp(found, &first, sizeof first) == 0);
}

/* Through a file that has no name, as libmaxminddb wants one. */
static bool
open_and_ask(const uint8_t *data, size_t size)
{
	AUTO(geo_mmdb_freep) struct geo_mmdb *m = NULL;
	struct error err = ERROR_INIT;
	struct geo_file info;
	char path[64];
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	FUZZ_REQUIRE(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	FUZZ_REQUIRE(geo_mmdb_new(&m, path, &err) == 0);
	(void)close(fd);
	geo_mmdb_info(m, &info);
	for (size_t i = 0; i < ARRAY_LEN(ASKED); i++)
		ask(m, ASKED[i]);
	return info.open;
}

int
fuzz_one(const uint8_t *data, size_t size)
{
	size_t tail = size < GEO_TAIL_MAX ? size : GEO_TAIL_MAX;
	struct error err = ERROR_INIT;
	struct geo_layout layout;
	bool opens;

	if (size == 0)
		return 0;
	opens = open_and_ask(data, size);
	if (!geo_layout_read(&layout, data + size - tail, tail, size)) {
		FUZZ_REQUIRE(!opens);
		return 0;
	}
	FUZZ_REQUIRE(layout.data_at + layout.data_len <= size);
	if (geo_layout_check(&layout, data, &err) < 0) {
		FUZZ_REQUIRE(err.code == ERR_INVALID);
		return 0;
	}
	return opens ? 1 : 0;
}
