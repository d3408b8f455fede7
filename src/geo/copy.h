/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private copies of the operator's MaxMind DB files. The original is only
 * ever read: who maps it dies when somebody writes it in place. A copy has
 * been looked at from end to end before it gets its name, and is then never
 * written again, only replaced.
 */
#ifndef BANGUI_GEO_COPY_H
#define BANGUI_GEO_COPY_H

#include <stdbool.h>

#include "base/macros.h"

struct error;

/* A setting's text, "/geoip/" and a name. */
enum { GEO_PATH_SIZE = 512 + 32 };

/** state_dir/geoip/name. ERR_INVALID when it does not fit. */
NODISCARD int geo_copy_path(char out[GEO_PATH_SIZE], const char *state_dir,
    const char *name, struct error *err);

/**
 * Make state_dir/geoip/name a copy of source, unless it is one already (same
 * size and time). An older copy stays in use until the new one is good.
 * made  (may be NULL) set true when a new copy was made
 *
 * ERR_NOT_FOUND no source; ERR_INVALID it is no sound MaxMind DB file;
 * ERR_CONFLICT it was written meanwhile; ERR_TOO_LARGE; ERR_DB_FULL the disk
 * is full; ERR_OVERLOADED another process is at it; ERR_NOMEM; ERR_INTERNAL
 * something else of the file system.
 */
NODISCARD int geo_copy(const char *source, const char *state_dir,
    const char *name, bool *made, struct error *err);

/** Remove the copy; what has it open goes on. None there is no error. */
NODISCARD int geo_copy_remove(
    const char *state_dir, const char *name, struct error *err);

#endif
