/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The query parameter `ip` that lists share: one address, a network, the
 * beginning of an IPv4 address ("203.0.113."), or a part of an id.
 */
#ifndef BANGUI_API_IP_FILTER_H
#define BANGUI_API_IP_FILTER_H

struct bans_filter;
struct error;

/**
 * Fill net or text of out; text is borrowed from s. NULL or "" filters
 * nothing. What has a "/" but is no network is noted in err.
 */
void ip_filter_read(const char *s, struct bans_filter *out, struct error *err);

#endif
