/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a record of a MaxMind DB file says, whichever publisher made it: the
 * known shapes stand in tables and are tried in their order.
 */
#ifndef BANGUI_GEO_RECORD_H
#define BANGUI_GEO_RECORD_H

struct MMDB_entry_s;
struct geo_answer;

/** Set what the record tells and leave the rest of out alone. */
void geo_record_read(const struct MMDB_entry_s *entry, struct geo_answer *out);

#endif
