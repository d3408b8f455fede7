// SPDX-License-Identifier: GPL-2.0-or-later
// A list that is asked for page by page, under filters that stand in the
// page's address.
import { useEffect } from '../vendor/preact.js';
import { go, withQuery } from './router.js';

/** @param {string} path @param {Record<string, string | string[]>} values the empty ones are left out */
export function ask(path, values) {
	const pairs = Object.entries(values).flatMap(([k, v]) => [v].flat().filter(Boolean).map((one) => [k, one]));
	const query = new URLSearchParams(pairs).toString();
	return query ? path + '?' + query : path;
}

/** A cursor of another list: begin again rather than complain. @param {any} error @param {string} cursor */
export function useRestart(error, cursor) {
	useEffect(() => {
		if (error?.status === 400 && cursor) go(withQuery({ cursor: '' }), { replace: true });
	}, [error]);
}
