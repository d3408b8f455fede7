/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/geo/geo.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/str.h"
#include "db/db.h"
#include "geo/copy.h"
#include "service/app.h"
#include "service/jobs/jobs.h"
#include "store/geo_cache_store.h"

_Static_assert((int)GEO_RESOLVER_SIZE == (int)GEO_SOURCE_SIZE,
    "a resolver is what the table calls source");

/* What is to be written of an address. */
struct note {
	struct addr addr;
	bool is_new; /* to ask for; else it was seen again */
};

/* The two files. */
enum { COUNTRY, ASN, FILES };

enum { STAMP_FACTOR = 31 }; /* so that the files' order counts */
enum { ASKED_MAX = 1000 };  /* look-ups between two looks at the clock */

static const struct {
	const char *name; /* of the private copy */
	size_t setting;   /* its source, in struct settings */
} FILE_ROWS[FILES] = {
    [COUNTRY] = {"country.mmdb", offsetof(struct settings, geoip_db_path)    },
    [ASN] = {"asn.mmdb",     offsetof(struct settings, geoip_asn_db_path)},
};

struct geo {
	struct geo_mmdb *files[FILES]; /* NULL: not configured */
	bool http_fallback;
	unsigned n_asked; /* since the clock was last looked at */
	size_t n_notes;
	struct note notes[LIMIT_GEO_NOTES]; /* more are left for next time */
};

static const char *const SOURCE_NAMES[] = {
    [GEO_NONE] = "none",
    [GEO_SPECIAL] = "special",
    [GEO_MMDB] = "mmdb",
    [GEO_CACHE] = "cache",
};
_Static_assert(ARRAY_LEN(SOURCE_NAMES) == GEO_SOURCE__MAX, "one name a source");

const char *
geo_source_name(enum geo_source source)
{
	return SOURCE_NAMES[source];
}

/* The operator's path of a file; "" when it is off. */
static const char *
source_of(const struct settings *settings, int file)
{
	return (const char *)settings + FILE_ROWS[file].setting;
}

static int
open_file(
    struct geo *g, const struct settings *settings, int file, struct error *err)
{
	char path[GEO_PATH_SIZE];

	if (source_of(settings, file)[0] == '\0')
		return 0;
	if (geo_copy_path(
		path, settings->state_dir, FILE_ROWS[file].name, err) < 0)
		return -1;
	return geo_mmdb_new(&g->files[file], path, err);
}

int
geo_new(struct geo **out, const struct settings *settings, struct error *err)
{
	AUTO(geo_freep) struct geo *g = calloc(1, sizeof *g);

	if (g == NULL)
		return err_nomem(err);
	g->http_fallback = settings->geoip_http_fallback;
	for (int i = 0; i < FILES; i++)
		if (open_file(g, settings, i, err) < 0)
			return -1;
	*out = STEAL(g);
	return 0;
}

void
geo_free(struct geo *g)
{
	if (g == NULL)
		return;
	for (int i = 0; i < FILES; i++)
		geo_mmdb_freep(&g->files[i]);
	free(g);
}

void
geo_freep(struct geo **g)
{
	geo_free(*g);
	*g = NULL;
}

static void
log_file(const char *name, const struct geo_file *f)
{
	struct log_line l;

	log_begin(&l,
	    f->state == GEO_FILE_OK ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
	    f->state == GEO_FILE_OK ? "geoip_opened" : "geoip_unusable");
	log_str(&l, "file", name);
	log_str(&l, "type", f->open ? f->type : NULL);
	log_i64(&l, "built_at", f->built_at);
	log_end(&l);
}

/* Has a new copy come? Looks once in interval_s at most. */
static void
refresh(struct app *app, int64_t interval_s)
{
	struct geo_file f;

	app->geo->n_asked = 0;
	for (int i = 0; i < FILES; i++) {
		struct geo_mmdb *m = app->geo->files[i];

		if (m == NULL || !geo_mmdb_refresh(m, app->now_s(), interval_s))
			continue;
		geo_mmdb_info(m, &f);
		log_file(FILE_ROWS[i].name, &f);
	}
}

/* A clock costs as much as a look-up: it is asked once a response (geo_rest()
 * begins anew), and now and then by those who ask for thousands. */
static void
refresh_seldom(struct app *app)
{
	struct geo *g = app->geo;

	if (g->n_asked == 0 || g->n_asked >= ASKED_MAX)
		refresh(app, LIMIT_GEO_RECHECK_S);
	g->n_asked++;
}

int64_t
geo_files_stamp(struct app *app)
{
	uint64_t stamp = 0;

	refresh(app, 0);
	for (int i = 0; i < FILES; i++)
		stamp = stamp * STAMP_FACTOR +
			(app->geo->files[i] == NULL
				? 1
				: geo_mmdb_stamp(app->geo->files[i]));
	return (int64_t)stamp;
}

static void
take_country(struct geo_answer *to, const struct geo_answer *from)
{
	memcpy(to->country_code, from->country_code, sizeof to->country_code);
	memcpy(to->country_name, from->country_name, sizeof to->country_name);
}

static void
take_network(struct geo_answer *to, const struct geo_answer *from)
{
	to->asn = from->asn;
	memcpy(to->as_org, from->as_org, sizeof to->as_org);
}

/* Each file is asked for what it is there for, and for the other half when
 * nothing better is at hand: some publishers put both into one file. */
static void
find_in_files(struct geo *g, const struct addr *a, struct geo_answer *out)
{
	const struct geo_answer *country = NULL, *network = NULL;

	if (g->files[COUNTRY] != NULL)
		country = geo_mmdb_find(g->files[COUNTRY], a);
	if (g->files[ASN] != NULL)
		network = geo_mmdb_find(g->files[ASN], a);
	*out = country != NULL ? *country : (struct geo_answer)GEO_ANSWER_INIT;
	if (network == NULL)
		return;
	if (network->asn >= 0)
		take_network(out, network);
	if (!geo_has_country(out))
		take_country(out, network);
}

void
geo_resolve_local(struct app *app, const struct addr *a, struct geo_answer *out)
{
	*out = (struct geo_answer)GEO_ANSWER_INIT;
	if (addr_kind(a) != ADDR_GLOBAL)
		return;
	refresh_seldom(app);
	find_in_files(app->geo, a, out);
}

static void
note(struct geo *g, const struct addr *a, bool is_new)
{
	if (g->n_notes < LIMIT_GEO_NOTES)
		g->notes[g->n_notes++] =
		    (struct note){.addr = *a, .is_new = is_new};
}

/* Once a day is enough; a row from the future follows the clock, too. */
static bool
is_seen_long_ago(const struct geo_cache_row *row, int64_t now)
{
	return row->last_seen < now - LIMIT_GEO_SEEN_S ||
	       row->last_seen > now + LIMIT_GEO_SEEN_S;
}

static void
take_row(const struct geo_cache_row *row, struct geo_result *out)
{
	if (geo_has_country(&row->answer))
		take_country(&out->answer, &row->answer);
	if (out->answer.asn < 0)
		take_network(&out->answer, &row->answer);
	if (!geo_has_country(&out->answer) && out->answer.asn < 0)
		return;
	if (!geo_has_country(&row->answer) && out->source != GEO_NONE)
		return; /* the file's AS is all there is */
	out->source = GEO_CACHE;
	out->resolved_at = row->resolved_at;
	memcpy(out->resolver, row->source, sizeof out->resolver);
}

/* Of what is a global address. has_row tells whether row is geo_cache's. */
static int
resolve(struct app *app, const struct addr *a, struct geo_result *out,
    struct geo_cache_row *row, bool *has_row, struct error *err)
{
	int rc;

	refresh_seldom(app);
	find_in_files(app->geo, a, &out->answer);
	if (geo_has_country(&out->answer) || out->answer.asn >= 0)
		out->source = GEO_MMDB;
	*has_row = false;
	if (geo_has_country(&out->answer) || addr_is_net(a))
		return 0;
	rc = geo_cache_store_get(app->db, a, row, err);
	if (rc < 0)
		return -1;
	*has_row = rc > 0;
	if (*has_row)
		take_row(row, out);
	out->pending = app->geo->http_fallback &&
		       (!*has_row || (row->retry_at > 0 && row->attempts == 0));
	return 0;
}

static struct geo_result
result_begin(const struct addr *a)
{
	struct geo_result r = {
	    .answer = GEO_ANSWER_INIT,
	    .kind = addr_kind(a),
	};

	r.source = r.kind == ADDR_GLOBAL ? GEO_NONE : GEO_SPECIAL;
	return r;
}

int
geo_resolve(struct app *app, const struct addr *a, struct geo_result *out,
    struct error *err)
{
	struct geo_result r = result_begin(a);
	struct geo_cache_row row;
	bool has_row = false;

	if (r.kind == ADDR_GLOBAL &&
	    resolve(app, a, &r, &row, &has_row, err) < 0)
		return -1;
	if (has_row && is_seen_long_ago(&row, app->now_s()))
		note(app->geo, a, false);
	if (!has_row && r.pending)
		note(app->geo, a, true);
	*out = r;
	return 0;
}

int
geo_known(struct app *app, const struct addr *a, struct geo_result *out,
    struct error *err)
{
	struct geo_result r = result_begin(a);
	struct geo_cache_row row;
	bool has_row;

	if (r.kind == ADDR_GLOBAL &&
	    resolve(app, a, &r, &row, &has_row, err) < 0)
		return -1;
	*out = r;
	return 0;
}

struct geo_result
geo_of_text(void)
{
	return (struct geo_result){
	    .answer = GEO_ANSWER_INIT,
	    .source = GEO_SPECIAL,
	    .kind = ADDR_TEXT,
	};
}

void
geo_rest(struct app *app)
{
	app->geo->n_asked = 0;
}

bool
geo_has_notes(const struct app *app)
{
	return app->geo->n_notes > 0;
}

static int
note_write(
    struct app *app, const struct note *n, int64_t now, struct error *err)
{
	return n->is_new ? geo_cache_store_want(app->db, &n->addr, now, err)
			 : geo_cache_store_touch(app->db, &n->addr, now, err);
}

/* Somebody looks at a page and waits: the runner shall not wait for its next
 * turn. After a failure it does all the same. */
static int
call_runner(struct app *app, struct error *err)
{
	int64_t id;

	return jobs_queue(app, JOB_GEO_HTTP, "", &id, err);
}

/* All of them; are_new: some are to be asked for. */
static int
write_notes(struct app *app, bool *are_new, struct error *err)
{
	const struct geo *g = app->geo;
	int64_t now = app->now_s();

	*are_new = false;
	for (size_t i = 0; i < g->n_notes; i++) {
		if (note_write(app, &g->notes[i], now, err) < 0)
			return -1;
		*are_new = *are_new || g->notes[i].is_new;
	}
	return 0;
}

int
geo_flush(struct app *app, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct geo *g = app->geo;
	bool are_new;
	int rc;

	geo_rest(app);
	if (g->n_notes == 0)
		return 0;
	rc = db_txn_try_begin(&txn, app->db, err);
	if (rc <= 0)
		return rc;
	if (write_notes(app, &are_new, err) < 0 ||
	    (are_new && call_runner(app, err) < 0) ||
	    db_txn_commit(&txn, err) < 0)
		return -1;
	g->n_notes = 0;
	return 0;
}

int
geo_due(
    struct app *app, struct addr *out, size_t max, size_t *n, struct error *err)
{
	*n = 0;
	if (!app->geo->http_fallback)
		return 0;
	return geo_cache_store_due(app->db, app->now_s(), out, max, n, err);
}

int
geo_retry_unknown(struct app *app, int64_t *n, struct error *err)
{
	if (geo_cache_store_retry_all(app->db, app->now_s(), n, err) < 0)
		return -1;
	return *n > 0 && app->geo->http_fallback ? call_runner(app, err) : 0;
}

static int
copy_file(const struct settings *settings, int file, struct error *err)
{
	const char *source = source_of(settings, file);

	if (source[0] == '\0')
		return geo_copy_remove(
		    settings->state_dir, FILE_ROWS[file].name, err);
	return geo_copy(
	    source, settings->state_dir, FILE_ROWS[file].name, NULL, err);
}

int
geo_copy_files(const struct settings *settings, struct error *err)
{
	struct error other = ERROR_INIT;
	int rc = copy_file(settings, COUNTRY, err);

	/* the first fault is the one to tell of */
	return copy_file(settings, ASN, rc < 0 ? &other : err) < 0 ? -1 : rc;
}

static void
file_status(const struct geo *g, int file, struct geo_db *out)
{
	*out = (struct geo_db){.configured = g->files[file] != NULL};
	if (out->configured)
		geo_mmdb_info(g->files[file], &out->file);
}

void
geo_files(struct app *app, struct geo_status *out)
{
	*out = (struct geo_status){.http_fallback = app->geo->http_fallback};
	refresh(app, LIMIT_GEO_RECHECK_S);
	file_status(app->geo, COUNTRY, &out->country);
	file_status(app->geo, ASN, &out->asn);
}

int
geo_status_get(struct app *app, struct geo_status *out, struct error *err)
{
	struct geo_cache_counts counts = {0};
	struct geo_status s;

	geo_files(app, &s);
	if (geo_cache_store_count(app->db, LIMIT_GEO_COUNT, &counts, err) < 0)
		return -1;
	s.rows = counts.rows;
	s.waiting = counts.waiting;
	s.unknown = counts.unknown;
	*out = s;
	return 0;
}

static bool
is_missing(const struct geo_db *db)
{
	return db->configured &&
	       (!db->file.open || db->file.state == GEO_FILE_BAD);
}

bool
geo_is_degraded(const struct geo_status *s)
{
	return is_missing(&s->country) || is_missing(&s->asn);
}
