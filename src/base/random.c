/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/random.h"

#include <errno.h>
#include <sys/random.h>
#include <sys/types.h>

#include "base/error.h"

int
random_bytes(void *out, size_t len, struct error *err)
{
	unsigned char *to = out;

	while (len > 0) {
		ssize_t n = getrandom(to, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(err, ERR_INTERNAL,
			    "The server failed. Try again; its log says why.",
			    "getrandom: %m");
		to += n;
		len -= (size_t)n;
	}
	return 0;
}
