// SPDX-License-Identifier: GPL-2.0-or-later
// Acts on jails, and what their settings come to in plain words.
import { request } from './api.js';
import { span } from './duration.js';
import { t } from './i18n.js';
import { cache } from './resource.js';
import { createStore } from './store.js';

/**
 * @typedef {{ outcome: string, name: string | null, lost: string[], brought_back: string[], banned_before: number,
 *   issues: { severity: string, where: string | null, message: string }[], jail: any }} Act
 */

/** Jails that this page has paused: fail2ban does not tell. */
export const paused = createStore(/** @type {string[]} */ ([]));

/** @param {string} name @param {boolean} on */
const note = (name, on) => paused.set([...paused.get().filter((x) => x !== name), ...(on ? [name] : [])]);

export const jailPath = (/** @type {string} */ name) => '/jails/' + encodeURIComponent(name);

/** What is shown of jails and of their bans is read again. */
const fresh = () => Promise.all([cache.refresh('/jails'), cache.refresh('/active-bans'), cache.refresh('/status')]);

/**
 * @param {string | null} name null: all
 * @param {'start' | 'stop' | 'reload' | 'pause' | 'wake'} what
 * @returns {Promise<Act>}
 */
export async function act(name, what) {
	const idle = what === 'pause' || what === 'wake';
	const path = (name === null ? '/jails' : jailPath(name)) + '/' + (idle ? 'idle' : what);
	const { data } = await request('POST', path, { body: idle ? { idle: what === 'pause' } : {} });
	if (name === null && data.outcome === 'done') paused.set([]);
	if (name !== null) note(name, what === 'pause');
	await fresh();
	return data;
}

/** @param {string} name @param {Record<string, number | boolean>} change */
export async function setJail(name, change) {
	await request('PATCH', jailPath(name), { body: change });
	await fresh();
}

/**
 * @param {string} name @param {'POST' | 'DELETE'} method @param {string[]} values
 * @returns {Promise<{ value: string, outcome: string, detail: string | null }[]>}
 */
export async function changeIgnored(name, method, values) {
	const { data } = await request(method, jailPath(name) + '/ignore-ips', { body: { values } });
	await fresh();
	return data.results;
}

/** Where a page of the ignore list is read. @param {string} name @param {{ q: string, limit: number }} opt */
export const ignoredPath = (name, { q, limit }) => jailPath(name) + '/ignore-ips?limit=' + limit + (q ? '&q=' + encodeURIComponent(q) : '');

// ------------------------------------------------------------- in sentences

const DOUBLINGS_MAX = 20;

/**
 * How long the nth ban of an address lasts, in seconds; -1 for ever, null
 * where a formula of the jail's own decides.
 * @param {any} jail @param {number} n from 1
 */
export function nthBan(jail, n) {
	const inc = jail.ban_time_increment, base = jail.ban_time_seconds;
	if (!inc?.enabled || base < 0) return base;
	const factor = inc.factor === null || inc.factor === undefined ? 1 : Number(inc.factor);
	if (inc.formula || !(factor > 0)) return null;
	const list = inc.multipliers ? inc.multipliers.trim().split(/\s+/).map(Number) : null;
	if (list?.some((/** @type {number} */ x) => !(x >= 0))) return null;
	const times = list ? list[Math.min(n - 1, list.length - 1)] : 2 ** Math.min(n - 1, DOUBLINGS_MAX);
	const length = list ? Math.floor(base * factor * times) : Math.max(base, Math.floor(base * factor * times));
	return inc.max_time_seconds > 0 ? Math.min(length, inc.max_time_seconds) : length;
}

const LATER = 4;

/** What a jail's limits come to. @param {any} jail */
export function plainly(jail) {
	const first = nthBan(jail, 1) ?? jail.ban_time_seconds, later = nthBan(jail, LATER);
	const args = { n: jail.max_retry, find: span(jail.find_time_seconds), ban: span(first) };
	if (first < 0) return t('plain.forever', args);
	if (!jail.ban_time_increment?.enabled) return t('plain.same', args);
	if (later === null) return t('plain.formula', args);
	return t('plain.grows', { ...args, nth: LATER, later: span(later) });
}
