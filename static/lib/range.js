// SPDX-License-Identifier: GPL-2.0-or-later
// Which time a page looks at: part of its address. Pure.

export const RANGES = ['24h', '7d', '30d', '365d', 'all'];
export const USUAL = '30d';

/** @param {URLSearchParams} query */
export function rangeOf(query) {
	const asked = query.get('range') || '';
	return RANGES.includes(asked) ? asked : USUAL;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/**
 * The same where a page also takes two times, `from` and `to`, in place of a
 * range: what is to be asked of the API, and '' where there is nothing to ask.
 * @param {URLSearchParams} query
 */
export function timeOf(query) {
	const [from, to] = ['from', 'to'].map((name) => {
		const text = query.get(name) || '';
		return TIME.test(text) && !Number.isNaN(Date.parse(text)) ? text : '';
	});
	return { range: from || to ? '' : rangeOf(query), from, to };
}
