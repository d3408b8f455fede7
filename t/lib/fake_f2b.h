/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A server on a socket that does what no real fail2ban would on command:
 * answers by the byte, stops half-way, dies, lies. A script runs in a child.
 */
#ifndef BANGUI_T_LIB_FAKE_F2B_H
#define BANGUI_T_LIB_FAKE_F2B_H

#include <stddef.h>
#include <sys/types.h>

struct fake {
	char dir[64];
	char path[96]; /* of the socket */
	pid_t pid;     /* of the script; 0: none runs */
};

/** What the child does; it ends when this returns, or is killed. */
typedef void fake_script(int listener, const void *arg);

/** A new directory with nothing in it yet. */
void fake_init(struct fake *f);
/** Listen (in place of whatever was at the path) and run the script. */
void fake_start(
    struct fake *f, int backlog, fake_script *script, const void *arg);
/** Kill the script; the socket file stays, as after a crash. */
void fake_stop(struct fake *f);
/** fake_stop(), and remove everything. */
void fake_release(struct fake *f);

/* Bytes that a script says. */
struct fake_said {
	const char *data;
	size_t len;
};

#define FAKE_SAY(s)                                                            \
	{                                                                      \
		s, sizeof(s) - 1                                               \
	}

/** Script: every request gets the bytes of arg, a struct fake_said. */
void fake_always(int listener, const void *arg);
/** Script: the nth request gets the nth bytes of arg, an array that ends with
 * {NULL, 0}; those behind the last get the last. */
void fake_in_turn(int listener, const void *arg);

/* For scripts. */
int fake_accept(int listener);
/** Read n requests (to the nth end marker); 0 at the end of file. */
int fake_read(int conn, size_t n);
void fake_say(int conn, const void *data, size_t len);
void fake_sleep(int ms);
/** Wait until killed. */
void fake_hang(void);

#endif
