#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Shell scripts are clean to shellcheck.

# shellcheck source=t/lint/lint.sh
. "${srcdir:?}/t/lint/lint.sh"

shell() {
	project_files | while IFS= read -r f; do
		case $(head -n 1 "$f" | tr -d '\0') in
		'#!/bin/sh'* | '#!/bin/bash'* | '#!/usr/bin/env bash'* | \
			'# shellcheck shell='*) printf '%s\n' "$f" ;;
		*) case $f in *.sh) printf '%s\n' "$f" ;; esac ;;
		esac
	done | tr '\n' '\0' | xargs -0 shellcheck -x -f gcc
}

plan 2
# shellcheck disable=SC2016 # the dollars are the sample's
{
	printf '#!/bin/sh\necho $1\n' | sample t/bad
	printf '#!/bin/sh\necho "$1"\n' | sample t/good
	printf 'echo $1\n' | sample t/not_shell
}
printf '# shellcheck shell=sh\nx=1\n' | sample t/lib/sourced.sh
finds shellcheck shell 't/bad:2 t/lib/sourced.sh:2'
clean shellcheck shell
