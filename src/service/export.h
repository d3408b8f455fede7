/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What exports share: so few run at a time that slow readers never hold all
 * workers, and one of the audit log is noted in the audit log.
 */
#ifndef BANGUI_SERVICE_EXPORT_H
#define BANGUI_SERVICE_EXPORT_H

#include "base/macros.h"

struct app;
struct error;

/**
 * A place among the exports of all workers: a descriptor, whose closing gives
 * it back, as does the end of the process. ERR_OVERLOADED all are taken.
 */
NODISCARD int export_place(struct app *app, struct error *err);

/**
 * Note that the audit log is about to be exported, before a byte of it goes:
 * what cannot be noted is not exported.
 * format   "csv", "ndjson"
 * filters  as they were asked for, for people; or NULL
 */
NODISCARD int export_note_audit(struct app *app, const char *format,
    const char *filters, struct error *err);

#endif
