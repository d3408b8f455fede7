// SPDX-License-Identifier: GPL-2.0-or-later
// The page of bans on record: what its address asks for.
import { placeOf } from './bans.js';
import { timeOf } from './range.js';
import { changed, withQuery } from './router.js';

/** @typedef {{ range: string, from: string, to: string, jail: string[], ip: string, country: string, asn: string, origin: string, q: string }} PastQuery */

const ORIGINS = ['fail2ban', 'manual', 'blocklist'];
const JAILS_MAX = 20;
/** A query that says itself which time it is about. */
const TIMED = /(^|[\s(!-])(since|until)\s*[:=<>]/i;

/** @param {URLSearchParams} query @returns {PastQuery} */
export function pastQuery(query) {
	const origin = query.get('origin') || '', q = query.get('q') || '', time = timeOf(query);
	if (TIMED.test(q) && time.range && !query.get('range')) time.range = 'all';
	return {
		...time, ...placeOf(query), jail: [...new Set(query.getAll('jail').filter(Boolean))].slice(0, JAILS_MAX),
		ip: query.get('ip') || '', origin: ORIGINS.includes(origin) ? origin : '', q,
	};
}

/** Is anything but the time asked for? @param {PastQuery} q */
export const isNarrow = (q) => Boolean(q.jail.length || q.ip || q.country || q.asn || q.origin || q.q);

/**
 * A query string with one of the jails more, or without it.
 * @param {string} search @param {string} jail
 */
export function withJail(search, jail) {
	const q = new URLSearchParams(changed(search, { cursor: '' }));
	const jails = q.getAll('jail');
	q.delete('jail');
	for (const j of jails.includes(jail) ? jails.filter((j) => j !== jail) : [...jails, jail]) q.append('jail', j);
	return q.size ? '?' + q : '';
}

/** This page, with another jail or without it. @param {string} jail */
export const jailToggle = (jail) => window.location.pathname + withJail(window.location.search, jail);
/** @param {string} name @param {string} value @param {string} now what is chosen of it */
export const toggle = (name, value, now) => withQuery({ [name]: value === now ? '' : value, cursor: '' });
