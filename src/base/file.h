/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The few things we do with files ourselves. Every descriptor is CLOEXEC.
 */
#ifndef BANGUI_BASE_FILE_H
#define BANGUI_BASE_FILE_H

#include <dirent.h>
#include <stddef.h>

#include "base/macros.h"

struct buf;
struct error;

/** For AUTO(): close *fd unless it is negative, and make it -1. */
void fd_closep(int *fd);

/** For AUTO(): close *d, if it is not NULL. */
void dir_closep(DIR **d);

enum file_links { FILE_LINKS_NONE, FILE_LINKS_BELOW };

/**
 * Open a path below a directory, and nothing that is not below it.
 * links  may a part of it be a symbolic link, as long as it leads below dir?
 *        Where the kernel cannot tell (before Linux 5.6) none may.
 * -1 with errno: ELOOP or ENOTDIR for a link that may not be, EXDEV for one
 * that leads out.
 */
NODISCARD int fd_open_below(
    int dir, const char *path, int flags, unsigned mode, enum file_links links);

/** Write all n bytes. -1: errno says why, and some may be written. */
NODISCARD int fd_write_all(int fd, const void *data, size_t n);

/** Write to `to` all that is left to read in `from`. -1: errno says why, and
 * some may be written. */
NODISCARD int fd_copy_all(int to, int from);

/** Append the whole file to b, whose max bounds it. ERR_NOT_FOUND if absent. */
NODISCARD int file_read(const char *path, struct buf *b, struct error *err);

/** The same of a file that is open; path: for errors. */
NODISCARD int file_read_fd(
    int fd, const char *path, struct buf *b, struct error *err);

enum file_lock { FILE_LOCK_SHARED, FILE_LOCK_EXCLUSIVE };

/**
 * Take flock() on an open file or directory, which what names for the log.
 * ERR_OVERLOADED when somebody else holds it for wait_ms; 0 asks once.
 */
NODISCARD int fd_lock(int fd, enum file_lock kind, int wait_ms,
    const char *what, struct error *err);

/**
 * Open (make, mode 0600) path and take flock() on it.
 * kind     for readers together, or for one alone
 * wait_ms  how long to wait for it; 0 asks once
 * Returns the descriptor (closing it gives the lock back), or -1:
 * ERR_OVERLOADED when somebody else holds it.
 */
NODISCARD int file_lock(
    const char *path, enum file_lock kind, int wait_ms, struct error *err);

#endif
