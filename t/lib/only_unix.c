/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * only_unix PROGRAM ARG...: run a program that dies (SIGSYS), and whose
 * children do, as soon as it makes a socket other than AF_UNIX. The kernel
 * itself is the witness (seccomp), so nothing needs to be watched.
 *
 * AF_NETLINK, by which the kernel is asked for the machine's addresses, is
 * refused with EAFNOSUPPORT, as the sandbox of the installed units does.
 *
 * Called by another name, through a symbolic link, it runs the program of
 * that name in the build directory, two directories above itself.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, FAILED = 99 };

/* Its low half, where the family stands. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define FAMILY (offsetof(struct seccomp_data, args) + 4)
#else
#define FAMILY offsetof(struct seccomp_data, args)
#endif

static int
forbid(void)
{
	struct sock_filter rules[] = {
	    BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 5),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, FAMILY),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 3, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 1, 0),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {
	    .len = sizeof rules / sizeof rules[0], .filter = rules};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* BUILD/t/lib/only_unix and a name: BUILD/name */
static int
program_named(const char *name, char path[PATH_SIZE])
{
	char self[PATH_SIZE];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	int len;

	if (n < 0)
		return 0;
	self[n] = '\0';
	for (int up = 0; up < 3; up++) {
		char *slash = strrchr(self, '/');

		if (slash == NULL)
			return 0;
		*slash = '\0';
	}
	len = snprintf(path, PATH_SIZE, "%s/%s", self, name);
	return len > 0 && len < PATH_SIZE;
}

int
main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	const char *name = slash == NULL ? argv[0] : slash + 1;
	char path[PATH_SIZE];

	if (!forbid()) {
		(void)fprintf(stderr, "only_unix: no filter: %m\n");
		return FAILED;
	}
	if (strcmp(name, "only_unix") != 0) {
		if (program_named(name, path))
			(void)execv(path, argv);
	} else if (argc > 1) {
		(void)execv(argv[1], argv + 1);
	}
	(void)fprintf(stderr, "only_unix: nothing to run: %m\n");
	return FAILED;
}
