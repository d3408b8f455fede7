/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The captured replies of t/fixtures/f2b.tar.xz, read from the archive that
 * the build has unpacked to builddir/t/fixtures/f2b.tar.
 */
#ifndef BANGUI_T_LIB_FIXTURES_H
#define BANGUI_T_LIB_FIXTURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fixture {
	char name[101]; /* "replies/status.rep.bin" */
	const uint8_t *data;
	size_t len;
};

struct fixtures {
	uint8_t *archive;
	size_t len;
	struct fixture *items; /* sorted by name */
	size_t n;
};

/** Load all; a problem fails the cmocka test. */
void fixtures_load(struct fixtures *f);
void fixtures_release(struct fixtures *f);

/** NULL when there is none of that name. */
const struct fixture *fixtures_find(const struct fixtures *f, const char *name);

/**
 * The fixture beside another: NAME.rep.bin and ".rep.bin", ".json" give
 * NAME.json. NULL when item has not that ending, or its neighbour is absent.
 */
const struct fixture *fixtures_beside(const struct fixtures *f,
    const struct fixture *item, const char *ending, const char *other);

bool fixture_ends(const struct fixture *item, const char *ending);
bool fixture_in(const struct fixture *item, const char *folder);

#endif
