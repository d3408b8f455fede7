/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private directories for tests, and what tests do to the files in them. Each
 * function ends the running case when it cannot do its work.
 */
#ifndef BANGUI_T_LIB_SCRATCH_H
#define BANGUI_T_LIB_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

enum { SCRATCH_PATH_SIZE = 256 };

struct scratch {
	char dir[SCRATCH_PATH_SIZE];
	char path[SCRATCH_PATH_SIZE]; /* scratch_path()'s answer */
};

/** A new directory, mode 0700. */
void scratch_init(struct scratch *s);
/** Remove it and all that is in it. */
void scratch_release(struct scratch *s);

/** Of a case that wants nothing else: *state is a struct scratch. */
int scratch_set_up(void **state);
int scratch_tear_down(void **state);

/** dir/name, valid until the next call with this s. */
const char *scratch_path(struct scratch *s, const char *name);

void scratch_write(
    struct scratch *s, const char *name, const void *data, size_t len);
/** Overwrite len bytes at offset at with the byte value. */
void scratch_damage(
    struct scratch *s, const char *name, size_t at, size_t len, int value);
size_t scratch_size(struct scratch *s, const char *name);
/** Does any file in it hold these bytes? Says which in the test's output. */
bool scratch_holds(struct scratch *s, const char *bytes, size_t len);

#endif
