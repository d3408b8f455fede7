/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All about one jail, filter or action, for service/config/config.c. */
#ifndef BANGUI_SERVICE_CONFIG_DETAIL_H
#define BANGUI_SERVICE_CONFIG_DETAIL_H

#include "base/macros.h"
#include "f2b/conf_name.h"

struct conf_jails;
struct config_detail;
struct error;

/** Options, files and uses of d->entry, whose list was read with jails. */
NODISCARD int config_detail_fill(struct config_detail *d, enum conf_dir kind,
    const struct conf_jails *jails, struct error *err);

#endif
