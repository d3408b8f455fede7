/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes out of the tree of a question what indices and sums can answer: the
 * terms that all must hold and that struct ban_find has a place for. What is
 * left over is asked of each row.
 */
#ifndef BANGUI_SERVICE_QUERY_FOLD_H
#define BANGUI_SERVICE_QUERY_FOLD_H

#include "base/macros.h"

struct app;
struct ban_filter_find;
struct error;

/** Fill f->find, from and to from f->query; find.rest is NULL when nothing is
 * left over. Times become absolute. */
NODISCARD int query_fold(
    struct app *app, struct ban_filter_find *f, struct error *err);

#endif
