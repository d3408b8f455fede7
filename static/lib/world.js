// SPDX-License-Identifier: GPL-2.0-or-later
// The outlines of the map: fetched once, when a map is first shown.
import { useEffect, useState } from '../vendor/preact.js';
import { asset } from './api.js';

/**
 * outline, middle, and 1 where it is too small to be found without a dot
 * @typedef {[string, number, number, 1?]} Place
 * @typedef {{ width: number, height: number, land: string, places: Record<string, Place> }} World
 */

/** @type {Promise<World> | null} */
let fetched = null;

function fetchWorld() {
	fetched ||= asset('data/world.json').catch((e) => {
		fetched = null;
		throw e;
	});
	return fetched;
}

/** @returns {{ world: World | null, error: any, reload: () => void }} */
export function useWorld() {
	const [world, setWorld] = useState(/** @type {World | null} */ (null));
	const [error, setError] = useState(/** @type {any} */ (null));
	const [n, again] = useState(0);
	useEffect(() => {
		let shown = true;
		setError(null);
		fetchWorld().then((w) => shown && setWorld(w), (e) => shown && setError(e));
		return () => void (shown = false);
	}, [n]);
	return { world, error, reload: () => again(n + 1) };
}
