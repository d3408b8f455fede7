// SPDX-License-Identifier: GPL-2.0-or-later
// A value with listeners, and a hook that redraws when it changes.
import { useEffect, useState } from '../vendor/preact.js';

/**
 * @template T
 * @typedef {{ get: () => T, set: (next: T) => void, subscribe: (fn: () => void) => () => void }} Store
 */

/**
 * @template T
 * @param {T} value
 * @returns {Store<T>}
 */
export function createStore(value) {
	/** @type {Set<() => void>} */
	const listeners = new Set();
	return {
		get: () => value,
		set(next) {
			if (Object.is(next, value)) return;
			value = next;
			for (const fn of [...listeners]) fn();
		},
		subscribe(fn) {
			listeners.add(fn);
			return () => void listeners.delete(fn);
		},
	};
}

/**
 * @template T
 * @param {Store<T>} store
 * @returns {T}
 */
export function useStore(store) {
	const value = store.get();
	const [, redraw] = useState(value);
	useEffect(() => {
		const see = () => redraw(() => store.get());
		see(); // it may have changed between drawing and listening
		return store.subscribe(see);
	}, [store]);
	return value;
}
