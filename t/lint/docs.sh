#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Each function that a header offers has a comment (docs.awk).

# shellcheck source=t/lint/lint.sh
. "${srcdir:?}/t/lint/lint.sh"

docs() {
	headers=$(c_files | grep '^src/.*\.h$')
	# shellcheck disable=SC2086 # our own names, without blanks
	ctags -x --kinds-C=p --_xformat='%F %n %N' \
		-I NODISCARD,PRINTF+ $headers |
		grep -v ' _Alignas$' >"$scratch/prototypes"
	# shellcheck disable=SC2086
	${AWK:-awk} -f "$lint/docs.awk" "$scratch/prototypes" $headers
}

plan 2
sample src/base/x.h <<'END'
/* About the file. */
#include <stddef.h>
#define MACRO(a)                                                    \
	documented((a),                                             \
	    sizeof(a))
void bare(void);
void x_release(struct x *x);

/** Does it. */
NODISCARD int documented(const char *s,
    size_t len);
void grouped(void);

void after_a_gap(void);
int behind(void); /* how many */
int grouped_behind(void);
/*
 * Long comment.
 */
char *long_one(
    int a);

struct s {
	_Alignas(max_align_t) char block[8];
	int (*member)(void);
};
void after_a_struct(void);
static inline int
inlined(void)
{
	return 1;
}
NODISCARD int
    wrapped(void);
END
finds 'public functions without comment' docs \
	"$(printf 'src/base/x.h:%d ' 6 14 27 34)"
clean 'public functions without comment' docs
