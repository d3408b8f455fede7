/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System calls that go wrong: the nth of those by which files are changed
 * fails, or the process is killed before it. A test program that uses it says
 * in its local.mk
 *
 *	t_unit_x_test_y_LDFLAGS = $(AM_LDFLAGS) $(FAULTS_WRAP)
 *	t_unit_x_test_y_LDADD = libfaults.a ...
 *
 * and the linker gives our objects the functions of faults.c in place of
 * libc's: open, syscall (openat2), flock, read, write, fstat, fchown, fchmod,
 * fsync, renameat2, unlinkat, close.
 */
#ifndef BANGUI_T_LIB_FAULTS_H
#define BANGUI_T_LIB_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

/** The nth call from now, and no other, fails with this errno. */
void faults_fail(size_t nth, int error);
/** Before the nth call from now this process gets SIGKILL. */
void faults_kill(size_t nth);
/** Before the nth call from now this is done, once. */
void faults_before(size_t nth, void (*act)(void));
/** Disarms. Has it come to that call? */
bool faults_end(void);

#endif
