#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Includes point down only (layers.txt).

# shellcheck source=t/lint/lint.sh
. "${srcdir:?}/t/lint/lint.sh"

awk=${AWK:-awk}

includes() {
	# shellcheck disable=SC2046 # our own names, without blanks
	$awk -f "$lint/layers.awk" t/lint/layers.txt \
		$(c_files | grep '^src/')
}

plan 2
sample t/lint/layers.txt <<'END'
low    : :
mid    : low :
high   : mid :
main.c : mid low :
END
sample src/low/low.h <<'END'
#include <stdio.h>
#include "low/other.h"
void low(void);
END
sample src/low/low.c <<'END'
#include "low/low.h"
#include "mid/mid.h"
void mid(void);
void low(void) { mid(); }
END
sample src/mid/mid.c <<'END'
#include "low/low.h"
  # include "high/high.h"
#include "mid.h"
void low(void);
void mid(void);
void mid(void) { low(); }
END
sample src/high/high.c <<'END'
#include "mid/mid.h"
#include "low/low.h"
void mid(void);
void high(void);
void high(void) { mid(); }
END
sample src/main.c <<'END'
#include "mid/mid.h"
#include "low/low.h"
#include "high/high.h"
END
sample src/new.c <<'END'
int x;
END
finds includes includes 'src/low/low.c:2 src/mid/mid.c:2 src/mid/mid.c:3
	src/high/high.c:2 src/main.c:3 src/new.c:1'
clean includes includes
