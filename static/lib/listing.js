// SPDX-License-Identifier: GPL-2.0-or-later
// A list that is asked for page by page, under filters that stand in the
// page's address.
import { useEffect, useRef } from '../vendor/preact.js';
import { useResource } from './resource.js';
import { go, withQuery } from './router.js';

/** @param {string} path @param {Record<string, string | string[]>} values the empty ones are left out */
export function ask(path, values) {
	const pairs = Object.entries(values).flatMap(([k, v]) => [v].flat().filter(Boolean).map((one) => [k, one]));
	const query = new URLSearchParams(pairs).toString();
	return query ? path + '?' + query : path;
}

/** What was there is kept on show until the next answer. @param {string} path */
export function useKept(path) {
	const state = useResource(path, { live: true });
	const last = useRef(/** @type {any} */ (null));
	// 400, 422: the question was wrong, so an earlier answer is none to it.
	const wrong = state.error?.status === 400 || state.error?.status === 422;
	last.current = state.data || (wrong ? null : last.current);
	return { ...state, data: last.current, busy: !state.data && !state.error };
}

/** A cursor of another list: begin again rather than complain. @param {any} error @param {string} cursor */
export function useRestart(error, cursor) {
	useEffect(() => {
		if (error?.status === 400 && cursor) go(withQuery({ cursor: '' }), { replace: true });
	}, [error]);
}
