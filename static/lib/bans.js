// SPDX-License-Identifier: GPL-2.0-or-later
// Banning and lifting bans: what the page asks of the API, jail by jail, with
// one result an address.
import { request } from './api.js';
import { now } from './clock.js';
import { cache } from './resource.js';

/**
 * @typedef {{ ip: string, jail: string, banned_at: string, bantime_seconds: number,
 *   expires_at: string | null, due_at: string | null, permanent: boolean,
 *   ban_id?: number | null } & import('../components/cells.js').Place} Ban
 * @typedef {{ ip: string, jail: string, outcome: string, detail: string | null }} Result
 */

/** Addresses that nobody knows the country of, as a filter. */
export const UNKNOWN = 'ZZ';

/** Which country and which network the address of the page asks for; '' for all. @param {URLSearchParams} query */
export function placeOf(query) {
	const country = query.get('country') || '', asn = query.get('asn') || '';
	return { country: /^[A-Z]{2}$/.test(country) ? country : '', asn: /^[1-9]\d{0,9}$/.test(asn) ? asn : '' };
}

export const banKey = (/** @type {{ ip: string, jail: string }} */ b) => b.jail + ' ' + b.ip;
export const MAX_AT_ONCE = 1000;

/**
 * @param {{ ip: string, jail: string }[]} bans
 * @returns {Map<string, string[]>} addresses by jail
 */
export function byJail(bans) {
	const out = new Map();
	for (const b of bans) out.set(b.jail, [...(out.get(b.jail) || []), b.ip]);
	return out;
}

// The list may be two seconds behind: a ban just lifted is not shown again
// unless it is a new one.
const SETTLE_S = 6;
/** @type {Map<string, { bannedAt: string, until: number }>} */
const lifted = new Map();

/** @param {Ban} ban */
export function isLifted(ban) {
	const l = lifted.get(banKey(ban));
	return Boolean(l && l.bannedAt === ban.banned_at && l.until > now());
}

function refreshSoon() {
	const again = () => void Promise.all(['/active-bans', '/status', '/jails', '/ips', '/bans', '/stats'].map(cache.refresh));
	again();
	setTimeout(again, 2500);
}

/**
 * @param {string} method
 * @param {string} jail
 * @param {string[]} ips
 * @param {Record<string, unknown>} more
 * @returns {Promise<Result[]>}
 */
async function change(method, jail, ips, more) {
	const { data } = await request(method, '/active-bans', { body: { jail, ips, ...more } });
	return data.results.map((/** @type {any} */ r) => ({ ...r, jail }));
}

/**
 * Lift bans, at once. What could not be sent any more rejects; what was done
 * before that stays done and is on the next list.
 * @param {Ban[]} bans
 */
export async function unban(bans) {
	/** @type {Result[]} */
	const results = [];
	try {
		for (const [jail, ips] of byJail(bans)) results.push(...(await change('DELETE', jail, ips, {})));
	} finally {
		const done = new Set(results.filter((r) => r.outcome === 'unbanned' || r.outcome === 'not_banned').map(banKey));
		for (const b of bans) {
			if (done.has(banKey(b))) lifted.set(banKey(b), { bannedAt: b.banned_at, until: now() + SETTLE_S });
		}
		refreshSoon();
	}
	return results;
}

/**
 * @param {string} jail
 * @param {string[]} ips at most MAX_AT_ONCE
 * @param {{ reason?: string, force?: boolean, seconds?: number }} [opt] seconds: -1 for good; 0 as long as the jail bans
 */
export async function ban(jail, ips, { reason, force, seconds } = {}) {
	/** @type {Record<string, unknown>} */
	const more = {};
	if (reason) more.reason = reason;
	if (force) more.force = true;
	if (seconds) more.bantime_seconds = seconds;
	try {
		return await change('POST', jail, ips, more);
	} finally {
		for (const ip of ips) lifted.delete(banKey({ ip, jail }));
		refreshSoon();
	}
}

/**
 * Ban again what was just lifted: a new ban, for the jail's whole time.
 * @param {{ ip: string, jail: string }[]} bans
 */
export async function banAgain(bans) {
	/** @type {Result[]} */
	const results = [];
	for (const [jail, ips] of byJail(bans)) results.push(...(await ban(jail, ips)));
	return results;
}

/** @param {Result[]} results @param {...string} outcomes */
export const withOutcome = (results, ...outcomes) => results.filter((r) => outcomes.includes(r.outcome));
