// SPDX-License-Identifier: GPL-2.0-or-later
// Times in words. Pure: no clock, no page.
import { t } from './i18n.js';

/** @type {[string, number][]} */
const UNITS = [['week', 604800], ['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];

/**
 * A length in full words, exact: "1 hour 30 minutes".
 * @param {number} s seconds, -1 for ever
 */
export function span(s) {
	if (s < 0) return t('time.forever');
	if (s === 0) return t('unit.second', { n: 0 });
	const parts = [];
	for (const [unit, size] of UNITS) {
		const n = Math.floor(s / size);
		// Weeks only when nothing is left over: "10 days", not "1 week 3 days".
		if (!n || (unit === 'week' && s % size)) continue;
		parts.push(t('unit.' + unit, { n }));
		s -= n * size;
	}
	return parts.join(' ');
}

/**
 * What is left of a ban, short, in its two largest units.
 * @param {number} s seconds
 */
export function left(s) {
	if (s <= 0) return t('time.ending');
	const d = Math.floor(s / 86400), h = Math.floor((s % 86400) / 3600), m = Math.floor((s % 3600) / 60);
	if (d) return t('time.dh', { d, h });
	if (h) return t('time.hm', { h, m });
	if (m) return t('time.ms', { m, s: String(s % 60).padStart(2, '0') });
	return t('time.s', { s });
}

/**
 * How long ago, in its largest unit.
 * @param {number} s seconds
 */
export function ago(s) {
	if (s < 10) return t('ago.now');
	if (s < 60) return t('ago.second', { n: s });
	if (s < 3600) return t('ago.minute', { n: Math.floor(s / 60) });
	if (s < 86400) return t('ago.hour', { n: Math.floor(s / 3600) });
	return t('ago.day', { n: Math.floor(s / 86400) });
}
