// SPDX-License-Identifier: GPL-2.0-or-later
// Going through the parts of a drawing by the arrow keys.
import { useState } from '../vendor/preact.js';

/**
 * Which part the arrows are at.
 * @param {string[]} order names of the parts
 * @param {string} first where to begin; the first of all if there is none of that name
 */
export function useWalk(order, first) {
	const [name, setName] = useState('');
	const [within, setWithin] = useState(false);
	const known = order.includes(name) ? name : order.includes(first) ? first : order[0] || '';
	const at = order.indexOf(known), last = order.length - 1;
	/** @type {Record<string, number>} */
	const steps = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last };
	const key = (/** @type {KeyboardEvent} */ ev) => {
		if (!(ev.key in steps) || ev.ctrlKey || ev.metaKey || ev.altKey || at < 0) return false;
		setName(order[Math.max(0, Math.min(last, steps[ev.key]))]);
		ev.preventDefault();
		return true;
	};
	return { at: known, within, key, go: setName, enter: () => setWithin(true), leave: () => setWithin(false) };
}
