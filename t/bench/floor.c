/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The floor that BanGUI is measured against: the least program that libfcgi
 * allows. N processes on descriptor 0, each answers every request with the
 * same 200 bytes and looks at nothing.
 */
#include <fcgiapp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/num.h"
#include "base/str.h"

enum { BODY_LEN = 200, WORKERS_MAX = 64 };

static void
serve(void)
{
	char body[BODY_LEN + 1];
	FCGX_Request req;

	memset(body, 'x', BODY_LEN);
	body[BODY_LEN] = '\0';
	if (FCGX_Init() != 0 || FCGX_InitRequest(&req, 0, 0) != 0)
		_exit(1);
	while (FCGX_Accept_r(&req) == 0) {
		FCGX_FPrintF(req.out,
		    "Content-Type: application/json\r\n"
		    "Content-Length: %d\r\n\r\n%s",
		    BODY_LEN, body);
		FCGX_Finish_r(&req);
	}
	_exit(0);
}

int
main(int argc, char **argv)
{
	int64_t n = 0;

	if (argc != 3 || !str_eq(argv[1], "--workers") ||
	    !num_parse_i64(argv[2], strlen(argv[2]), 1, WORKERS_MAX, &n)) {
		fprintf(stderr, "usage: floor --workers N\n");
		return 2;
	}
	for (int64_t i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return 1;
		if (pid == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve();
		}
	}
	while (wait(NULL) > 0)
		continue;
	return 0;
}
