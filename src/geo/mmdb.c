/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "geo/mmdb.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <maxminddb.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/file.h"
#include "base/geo_answer.h"
#include "base/limits.h"
#include "base/str.h"
#include "geo/memo.h"
#include "geo/record.h"

/* Of the Fowler-Noll-Vo hash, here over numbers. */
static const uint64_t FNV_BASIS = 0xcbf29ce484222325, FNV_PRIME = 0x100000001b3;

enum { V4_AT = 12 }; /* where a mapped address has its IPv4 one */

/* By which a file is told from another one. */
struct identity {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec mtime;
};

struct geo_mmdb {
	char *path;
	MMDB_s db; /* if info.open */
	struct geo_layout layout;
	struct geo_file info;
	struct identity seen; /* what was last tried; all 0: nothing */
	int64_t looked_at_s;
	struct geo_memo memo; /* of what is open */
};

/* Anything will do that goes down different ways. */
static const char *const PROBES[] = {
    "0.0.0.0",
    "8.8.8.8",
    "100.64.0.1",
    "193.0.6.139",
    "255.255.255.255",
    "::1",
    "2001:4860:4860::8888",
    "2002:808:808::1",
    "2a00:1450::1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
};

static struct identity
identity_of(const struct stat *st)
{
	return (struct identity){
	    .dev = st->st_dev,
	    .ino = st->st_ino,
	    .size = st->st_size,
	    .mtime = st->st_mtim,
	};
}

static bool
identity_equal(const struct identity *a, const struct identity *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       a->mtime.tv_sec == b->mtime.tv_sec &&
	       a->mtime.tv_nsec == b->mtime.tv_nsec;
}

/* The walk down the tree; true and where the record is when there is one. */
static bool
lookup(const MMDB_s *db, const struct geo_layout *l, const struct addr *a,
    MMDB_entry_s *out)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	MMDB_lookup_result_s found;
	int status;

	if (addr_is_v4(a)) {
		memcpy(&in.sin_addr, a->bytes + V4_AT, sizeof in.sin_addr);
		found = MMDB_lookup_sockaddr(
		    db, (const struct sockaddr *)&in, &status);
	} else {
		memcpy(&in6.sin6_addr, a->bytes, sizeof in6.sin6_addr);
		found = MMDB_lookup_sockaddr(
		    db, (const struct sockaddr *)&in6, &status);
	}
	if (status != MMDB_SUCCESS || !found.found_entry ||
	    found.entry.offset >= l->data_len)
		return false;
	*out = found.entry;
	return true;
}

static void
probe(const MMDB_s *db, const struct geo_layout *l)
{
	struct geo_answer answer = GEO_ANSWER_INIT;
	MMDB_entry_s entry;
	struct addr a;

	for (size_t i = 0; i < ARRAY_LEN(PROBES); i++)
		if (addr_parse(PROBES[i], strlen(PROBES[i]), &a) &&
		    lookup(db, l, &a, &entry))
			geo_record_read(&entry, &answer);
}

static bool
read_all(int fd, uint8_t *to, size_t n, off_t at)
{
	while (n > 0) {
		ssize_t got = pread(fd, to, n, at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		to += got;
		n -= (size_t)got;
		at += got;
	}
	return true;
}

static void
tail_freep(uint8_t **p)
{
	free(*p);
}

/* See by reading, before anything is mapped, that it can be walked. */
static bool
layout_of(int fd, const struct stat *st, struct geo_layout *out)
{
	AUTO(tail_freep) uint8_t *tail = NULL;
	size_t len = GEO_TAIL_MAX;

	if (!S_ISREG(st->st_mode) || st->st_size > LIMIT_GEO_FILE)
		return false;
	if ((uint64_t)st->st_size < len)
		len = (size_t)st->st_size;
	tail = malloc(len + 1);
	return tail != NULL &&
	       read_all(fd, tail, len, st->st_size - (off_t)len) &&
	       geo_layout_read(out, tail, len, (uint64_t)st->st_size);
}

/* Is the file that was mapped by its name the one that was looked at? */
static bool
is_still(const char *path, const struct identity *id)
{
	struct stat st;
	struct identity now;

	if (stat(path, &st) < 0)
		return false;
	now = identity_of(&st);
	return identity_equal(&now, id);
}

static void
use(struct geo_mmdb *m, const MMDB_s *db, const struct geo_layout *l)
{
	if (m->info.open)
		MMDB_close(&m->db);
	m->db = *db;
	m->layout = *l;
	m->info.open = true;
	m->info.built_at = l->built_at;
	memcpy(m->info.type, l->type, sizeof m->info.type);
	geo_memo_clear(&m->memo);
}

static enum geo_file_state
try_open(struct geo_mmdb *m, int fd, const struct stat *st)
{
	struct geo_layout layout;
	MMDB_s db;

	errno = 0;
	if (!layout_of(fd, st, &layout) ||
	    MMDB_open(m->path, MMDB_MODE_MMAP, &db) != MMDB_SUCCESS) {
		if (errno == ENOMEM) /* nothing is wrong with the file */
			m->seen = (struct identity){0};
		return GEO_FILE_BAD;
	}
	if (!is_still(m->path, &m->seen)) {
		MMDB_close(&db);
		m->seen = (struct identity){0}; /* so look again */
		return GEO_FILE_BAD;
	}
	probe(&db, &layout);
	use(m, &db, &layout);
	return GEO_FILE_OK;
}

/* True when it is another file than the one last tried. */
static bool
look(struct geo_mmdb *m)
{
	AUTO(fd_closep)
	int fd = open(m->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct identity id;
	struct stat st;
	bool was_absent = m->info.state == GEO_FILE_ABSENT;

	if (fd < 0 || fstat(fd, &st) < 0) {
		m->seen = (struct identity){0};
		m->info.state = GEO_FILE_ABSENT;
		return !was_absent;
	}
	id = identity_of(&st);
	if (identity_equal(&id, &m->seen))
		return false;
	m->seen = id;
	m->info.state = try_open(m, fd, &st);
	return true;
}

int
geo_mmdb_new(struct geo_mmdb **out, const char *path, struct error *err)
{
	AUTO(geo_mmdb_freep) struct geo_mmdb *m = calloc(1, sizeof *m);

	if (m == NULL)
		return err_nomem(err);
	m->path = strdup(path);
	if (m->path == NULL)
		return err_nomem(err);
	m->info.state = GEO_FILE_ABSENT;
	m->looked_at_s = INT64_MIN;
	(void)look(m); /* info says what came of it */
	*out = STEAL(m);
	return 0;
}

void
geo_mmdb_free(struct geo_mmdb *m)
{
	if (m == NULL)
		return;
	if (m->info.open)
		MMDB_close(&m->db);
	free(m->path);
	free(m);
}

void
geo_mmdb_freep(struct geo_mmdb **m)
{
	geo_mmdb_free(*m);
	*m = NULL;
}

bool
geo_mmdb_refresh(struct geo_mmdb *m, int64_t now_s, int64_t interval_s)
{
	/* a clock that was set back makes it look, too */
	if (m->looked_at_s != INT64_MIN && now_s >= m->looked_at_s &&
	    now_s - m->looked_at_s < interval_s)
		return false;
	m->looked_at_s = now_s;
	return look(m);
}

void
geo_mmdb_info(const struct geo_mmdb *m, struct geo_file *out)
{
	*out = m->info;
}

uint64_t
geo_mmdb_stamp(const struct geo_mmdb *m)
{
	const struct identity *id = &m->seen;
	const uint64_t parts[] = {
	    (uint64_t)id->dev,
	    (uint64_t)id->ino,
	    (uint64_t)id->size,
	    (uint64_t)id->mtime.tv_sec,
	    (uint64_t)id->mtime.tv_nsec,
	};
	uint64_t stamp = FNV_BASIS;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		stamp = (stamp ^ parts[i]) * FNV_PRIME;
	return stamp;
}

const struct geo_answer *
geo_mmdb_find(struct geo_mmdb *m, const struct addr *a)
{
	const struct geo_answer *known;
	struct geo_answer *fresh;
	MMDB_entry_s entry;

	if (!m->info.open || !lookup(&m->db, &m->layout, a, &entry))
		return NULL;
	known = geo_memo_get(&m->memo, entry.offset);
	if (known != NULL)
		return known;
	fresh = geo_memo_put(&m->memo, entry.offset);
	*fresh = (struct geo_answer)GEO_ANSWER_INIT;
	geo_record_read(&entry, fresh);
	return fresh;
}
