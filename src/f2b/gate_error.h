/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errors on their way from the gate to its clients. What a person may read is
 * a literal of a closed table on either side; what travels is its name, and
 * the detail for the log.
 */
#ifndef BANGUI_F2B_GATE_ERROR_H
#define BANGUI_F2B_GATE_ERROR_H

#include <stdbool.h>

#include "base/macros.h"

struct buf;
struct error;
struct pickle_value;

/* The messages of gate_error.c that others need as well. */
#define GATE_NEEDS_OPERATE                                                     \
	"BanGUI may only look at fail2ban here: this needs the level "         \
	"`operate`. See bangui-gate(8) on the server."
#define GATE_NEEDS_CONFIGURE                                                   \
	"BanGUI may not change how fail2ban is set up here: this needs the "   \
	"level `configure`. See bangui-gate(8) on the server."
#define GATE_NEEDS_FULL                                                        \
	"BanGUI is not as good as root here: this needs the level `full`. "    \
	"See bangui-gate(8) on the server."
#define GATE_DENIED                                                            \
	"BanGUI's gate does not serve this user. Run `bangui doctor` on the "  \
	"server."
#define GATE_BUSY                                                              \
	"BanGUI's gate has as many clients as it may have. Try again in a "    \
	"moment."

/**
 * A whole reply that tells of the error: an exception as fail2ban sends them,
 * so that any client of fail2ban can show it. A message that the table does
 * not know arrives as the first one of its code.
 */
NODISCARD int gate_error_put(
    struct buf *out, const struct error *error, struct error *err);

/** Is the exception one of gate_error_put()? Then it is in *error. */
NODISCARD bool gate_error_read(
    const struct pickle_value *exception, struct error *error);

#endif
