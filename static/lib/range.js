// SPDX-License-Identifier: GPL-2.0-or-later
// How far back a page looks: part of its address. Pure.

export const RANGES = ['24h', '7d', '30d', '365d', 'all'];
export const USUAL = '30d';

/** @param {URLSearchParams} query */
export function rangeOf(query) {
	const asked = query.get('range') || '';
	return RANGES.includes(asked) ? asked : USUAL;
}
