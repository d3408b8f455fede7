/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which addresses we connect to. Judged is the address of the connection that
 * is about to be made, not the name in a URL, so that odd spellings, names
 * that point inside, redirects and names that change their address meanwhile
 * are all the same question.
 */
#ifndef BANGUI_FETCH_POLICY_H
#define BANGUI_FETCH_POLICY_H

#include <stdbool.h>
#include <stdint.h>

struct addr;

/** May a connection be made there? */
typedef bool fetch_policy(const struct addr *to, uint16_t port);

/**
 * For a URL that somebody gave through the API, or that we ship: global
 * unicast addresses that are not this machine's own, at port 80, 443 or one
 * from 1024 on.
 */
bool fetch_to_public(const struct addr *to, uint16_t port);

/**
 * For a URL that the operator wrote into the server's configuration: that is
 * the operator's word, and the service may well run on this machine or in the
 * same private network. Any unicast address, any port. Never for a request
 * that follows redirects, whose target is not the operator's word.
 */
bool fetch_to_configured(const struct addr *to, uint16_t port);

#endif
