// SPDX-License-Identifier: GPL-2.0-or-later
// From counts to the colour classes of the map. Pure.

export const MOST_CLASSES = 5;

/** One significant digit, as people would choose it. @param {number} n */
function round(n) {
	const step = 10 ** Math.floor(Math.log10(n));
	return Math.round(n / step) * step;
}

/**
 * Where each class begins: 1 first, then by equal factors up to the largest
 * count, since counts of bans span orders of magnitude.
 * @param {number} max the largest count
 * @returns {number[]} ascending; no class that would have to stay empty
 */
export function classStarts(max) {
	if (max <= MOST_CLASSES) return Array.from({ length: Math.max(0, max) }, (_, i) => i + 1);
	const starts = [1];
	for (let i = 1; i < MOST_CLASSES; i++) starts.push(Math.max(starts[i - 1] + 1, round(max ** (i / MOST_CLASSES))));
	return starts;
}

/** @param {number} n @param {number[]} starts @returns {number} 0 for none */
export const classOf = (n, starts) => starts.filter((s) => n >= s).length;

/**
 * What the legend says of a class.
 * @param {number[]} starts
 * @returns {{ from: number, to: number | null }[]} to: null where it is open
 */
export const classSteps = (starts) => starts.map((from, i) => ({ from, to: i + 1 < starts.length ? starts[i + 1] - 1 : null }));

/**
 * The class as one of five tones: the strongest is always the strongest tone.
 * @param {number} cls 0 for none
 * @param {number} classes how many there are
 */
export const toneOf = (cls, classes) => (cls && classes > 1 ? 1 + Math.round(((cls - 1) * (MOST_CLASSES - 1)) / (classes - 1)) : cls && MOST_CLASSES);
